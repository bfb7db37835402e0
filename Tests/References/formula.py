"""Numbers that every language can make from a name (README.md states the formula)."""

import numpy

GAMMA = 0x9E3779B97F4A7C15
MASK = 0xFFFFFFFFFFFFFFFF


def fnv1a(text):
    """FNV-1a, 64 bits, of the UTF-8 bytes of `text`."""
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def splitmix64(seed, count):
    """The first `count` outputs of SplitMix64 started at `seed`."""
    steps = numpy.arange(1, count + 1, dtype=numpy.uint64)
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + steps * numpy.uint64(GAMMA)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def uniform(name, count):
    """u in [0, 1), multiples of 2^-24, as float64."""
    return (splitmix64(fnv1a(name), count) >> numpy.uint64(40)).astype(numpy.float64) / 2**24


def signed(name, count):
    """v = 2u - 1 in [-1, 1), exact in float32."""
    return 2 * uniform(name, count) - 1
