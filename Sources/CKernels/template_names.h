// Names inside the templates that are instantiated for float32 and bfloat16: SUFFIX is f32 or bf16.
#pragma once

#define JOIN_EXPANDED(a, b) a##b
#define JOIN(a, b) JOIN_EXPANDED(a, b)
#define GROUP JOIN(CK_GROUP_, SUFFIX)
#define PARTS JOIN(CK_PARTS_, SUFFIX)
#define GROUP_COUNT JOIN(ck_group_count_, SUFFIX)
#define GROUP_START JOIN(ck_group_start_, SUFFIX)
#define LANE_CHANNEL JOIN(ck_lane_channel_, SUFFIX)
#define WORD JOIN(ck_word_, SUFFIX)
#define TERMS JOIN(CK_TERMS_, SUFFIX)
#define MULTIPLY_ADD JOIN(ck_multiply_add_, SUFFIX)
#define STORE_LANES JOIN(ck_store_lanes_, SUFFIX)
#define JOIN_TERMS JOIN(ck_join_terms_, SUFFIX)
#define PACK_KERNELS JOIN(ck_winograd_pack_kernels_, SUFFIX)
#define CONVOLVE_BLOCKS JOIN(ck_winograd_convolve_blocks_, SUFFIX)
#define READ_TILES JOIN(ck_winograd_read_tiles_, SUFFIX)
#define MULTIPLY_PLACE JOIN(ck_winograd_multiply_place_, SUFFIX)
#define MULTIPLY_TILES JOIN(ck_winograd_multiply_tiles_, SUFFIX)
#define READ_GROUP JOIN(ck_winograd_read_group_, SUFFIX)
#define ADD_OUTER_PRODUCTS JOIN(ck_winograd_add_outer_products_, SUFFIX)
#define ADD_GROUP JOIN(ck_winograd_add_group_, SUFFIX)
#define READ_SQUARE JOIN(ck_winograd_read_square_, SUFFIX)
#define LOAD_PIXEL JOIN(ck_winograd_load_pixel_, SUFFIX)
#define READ_INPUT JOIN(ck_winograd_read_input_, SUFFIX)
#define READ_GRADIENT JOIN(ck_winograd_read_gradient_, SUFFIX)
#define WRITE_PIXEL JOIN(ck_winograd_write_pixel_, SUFFIX)
#define WRITE_OUTPUT JOIN(ck_winograd_write_output_, SUFFIX)
#define LOAD JOIN(ck_load_channels_, SUFFIX)
#define STORE JOIN(ck_store_channels_, SUFFIX)

/// Calls `action(start, size, lanes)` on all channels: `size` groups from channel `start`, four while they fit.
#define ON_GROUPS(channels, action)                                                                  \
  do {                                                                                               \
    if ((channels) < GROUP) {                                                                        \
      action(0, 1, channels);                                                                        \
    } else {                                                                                         \
      int64_t group = 0;                                                                             \
      for (; (group + 4) * GROUP <= (channels); group += 4) action(group * GROUP, 4, GROUP);         \
      for (; group < GROUP_COUNT(channels); group++) action(GROUP_START(channels, group), 1, GROUP); \
    }                                                                                                \
  } while (0)
