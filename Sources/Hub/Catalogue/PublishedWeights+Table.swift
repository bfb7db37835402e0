// Written by scripts/make-weights-table.

extension PublishedWeights {
  /// The known weights, sorted by name.
  public static let all: [PublishedWeights] = [
    PublishedWeights(
      name: "efficientformer_l1.snap_dist_in1k", model: "efficientformer_l1",
      repository: "timm/efficientformer_l1.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., EfficientFormer: Vision Transformers at MobileNet Speed, NeurIPS 2022"),
    PublishedWeights(
      name: "efficientformer_l3.snap_dist_in1k", model: "efficientformer_l3",
      repository: "timm/efficientformer_l3.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., EfficientFormer: Vision Transformers at MobileNet Speed, NeurIPS 2022"),
    PublishedWeights(
      name: "efficientformer_l7.snap_dist_in1k", model: "efficientformer_l7",
      repository: "timm/efficientformer_l7.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., EfficientFormer: Vision Transformers at MobileNet Speed, NeurIPS 2022"),
    PublishedWeights(
      name: "efficientformerv2_l.snap_dist_in1k", model: "efficientformerv2_l",
      repository: "timm/efficientformerv2_l.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., Rethinking Vision Transformers for MobileNet Size and Speed, ICCV 2023"
    ),
    PublishedWeights(
      name: "efficientformerv2_s0.snap_dist_in1k", model: "efficientformerv2_s0",
      repository: "timm/efficientformerv2_s0.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., Rethinking Vision Transformers for MobileNet Size and Speed, ICCV 2023"
    ),
    PublishedWeights(
      name: "efficientformerv2_s1.snap_dist_in1k", model: "efficientformerv2_s1",
      repository: "timm/efficientformerv2_s1.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., Rethinking Vision Transformers for MobileNet Size and Speed, ICCV 2023"
    ),
    PublishedWeights(
      name: "efficientformerv2_s2.snap_dist_in1k", model: "efficientformerv2_s2",
      repository: "timm/efficientformerv2_s2.snap_dist_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Li et al., Rethinking Vision Transformers for MobileNet Size and Speed, ICCV 2023"
    ),
    PublishedWeights(
      name: "mobilenetv2_100.ra_in1k", model: "mobilenetv2_100", repository: "timm/mobilenetv2_100.ra_in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018"),
    PublishedWeights(
      name: "mobilevig_b.in1k", model: "mobilevig_b", repository: "SLDGroup/MobileViG",
      file: "MobileViG_B_82_6.pth.tar", wrapper: "state_dict", classes: 1000, licence: nil,
      source: "Munir et al., MobileViG: Graph-Based Sparse Attention for Mobile Vision Applications, CVPRW 2023"),
    PublishedWeights(
      name: "mobilevig_m.in1k", model: "mobilevig_m", repository: "SLDGroup/MobileViG",
      file: "MobileViG_M_80_7.pth.tar", wrapper: "state_dict", classes: 1000, licence: nil,
      source: "Munir et al., MobileViG: Graph-Based Sparse Attention for Mobile Vision Applications, CVPRW 2023"),
    PublishedWeights(
      name: "mobilevig_s.in1k", model: "mobilevig_s", repository: "SLDGroup/MobileViG",
      file: "MobileViG_S_78_2.pth.tar", wrapper: "state_dict", classes: 1000, licence: nil,
      source: "Munir et al., MobileViG: Graph-Based Sparse Attention for Mobile Vision Applications, CVPRW 2023"),
    PublishedWeights(
      name: "resnet18.a1_in1k", model: "resnet18", repository: "timm/resnet18.a1_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet18.a2_in1k", model: "resnet18", repository: "timm/resnet18.a2_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet18.a3_in1k", model: "resnet18", repository: "timm/resnet18.a3_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet18.fb_ssl_yfcc100m_ft_in1k", model: "resnet18", repository: "timm/resnet18.fb_ssl_yfcc100m_ft_in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "cc-by-nc-4.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet18.fb_swsl_ig1b_ft_in1k", model: "resnet18", repository: "timm/resnet18.fb_swsl_ig1b_ft_in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "cc-by-nc-4.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet18.gluon_in1k", model: "resnet18", repository: "timm/resnet18.gluon_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet18.tv_in1k", model: "resnet18", repository: "timm/resnet18.tv_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "bsd-3-clause",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.a1_in1k", model: "resnet34", repository: "timm/resnet34.a1_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.a2_in1k", model: "resnet34", repository: "timm/resnet34.a2_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.a3_in1k", model: "resnet34", repository: "timm/resnet34.a3_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.bt_in1k", model: "resnet34", repository: "timm/resnet34.bt_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.gluon_in1k", model: "resnet34", repository: "timm/resnet34.gluon_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.ra4_e3600_r224_in1k", model: "resnet34", repository: "timm/resnet34.ra4_e3600_r224_in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet34.tv_in1k", model: "resnet34", repository: "timm/resnet34.tv_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "bsd-3-clause",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.a1_in1k", model: "resnet50", repository: "timm/resnet50.a1_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.a1h_in1k", model: "resnet50", repository: "timm/resnet50.a1h_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.a2_in1k", model: "resnet50", repository: "timm/resnet50.a2_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.a3_in1k", model: "resnet50", repository: "timm/resnet50.a3_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.am_in1k", model: "resnet50", repository: "timm/resnet50.am_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.b1k_in1k", model: "resnet50", repository: "timm/resnet50.b1k_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.b2k_in1k", model: "resnet50", repository: "timm/resnet50.b2k_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.bt_in1k", model: "resnet50", repository: "timm/resnet50.bt_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.c1_in1k", model: "resnet50", repository: "timm/resnet50.c1_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.c2_in1k", model: "resnet50", repository: "timm/resnet50.c2_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.d_in1k", model: "resnet50", repository: "timm/resnet50.d_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.fb_ssl_yfcc100m_ft_in1k", model: "resnet50", repository: "timm/resnet50.fb_ssl_yfcc100m_ft_in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "cc-by-nc-4.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.fb_swsl_ig1b_ft_in1k", model: "resnet50", repository: "timm/resnet50.fb_swsl_ig1b_ft_in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "cc-by-nc-4.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.gluon_in1k", model: "resnet50", repository: "timm/resnet50.gluon_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.ra_in1k", model: "resnet50", repository: "timm/resnet50.ra_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.ram_in1k", model: "resnet50", repository: "timm/resnet50.ram_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.tv2_in1k", model: "resnet50", repository: "timm/resnet50.tv2_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "bsd-3-clause",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "resnet50.tv_in1k", model: "resnet50", repository: "timm/resnet50.tv_in1k", file: "model.safetensors",
      wrapper: nil, classes: 1000, licence: "bsd-3-clause",
      source: "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"),
    PublishedWeights(
      name: "swinv2_tiny_window8_256.ms_in1k", model: "swinv2_tiny_window8_256",
      repository: "timm/swinv2_tiny_window8_256.ms_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "mit", source: "Liu et al., Swin Transformer V2: Scaling Up Capacity and Resolution, CVPR 2022"),
    PublishedWeights(
      name: "tf_efficientnet_lite0.in1k", model: "efficientnet_lite0", repository: "timm/tf_efficientnet_lite0.in1k",
      file: "model.safetensors", wrapper: nil, classes: 1000, licence: "apache-2.0",
      source: "Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019"),
    PublishedWeights(
      name: "vit_small_patch16_224.augreg_in1k", model: "vit_small_patch16_224",
      repository: "timm/vit_small_patch16_224.augreg_in1k", file: "model.safetensors", wrapper: nil, classes: 1000,
      licence: "apache-2.0", source: "Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021"),
    PublishedWeights(
      name: "vit_small_patch16_224.augreg_in21k", model: "vit_small_patch16_224",
      repository: "timm/vit_small_patch16_224.augreg_in21k", file: "model.safetensors", wrapper: nil, classes: 21843,
      licence: "apache-2.0", source: "Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021"),
    PublishedWeights(
      name: "vit_small_patch16_224.augreg_in21k_ft_in1k", model: "vit_small_patch16_224",
      repository: "timm/vit_small_patch16_224.augreg_in21k_ft_in1k", file: "model.safetensors", wrapper: nil,
      classes: 1000, licence: "apache-2.0", source: "Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021"),
    PublishedWeights(
      name: "vit_tiny_patch16_224.augreg_in21k", model: "vit_tiny_patch16_224",
      repository: "timm/vit_tiny_patch16_224.augreg_in21k", file: "model.safetensors", wrapper: nil, classes: 21843,
      licence: "apache-2.0", source: "Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021"),
    PublishedWeights(
      name: "vit_tiny_patch16_224.augreg_in21k_ft_in1k", model: "vit_tiny_patch16_224",
      repository: "timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k", file: "model.safetensors", wrapper: nil,
      classes: 1000, licence: "apache-2.0", source: "Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021"),
  ]
}
