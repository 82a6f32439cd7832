"""Deterministic weights and test pictures for BEN2: numpy only, every value a function of key name and flat index.

golden.npz holds what the published network computes with these weights, at the positions `sample_positions` of each
checkpoint, for the pictures of `make_image`; weights.json the published key table with the CRC-32 of each tensor.

Noise
-----
All arithmetic on integers is modulo 2**64.

    mix(z):  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
             z = (z ^ (z >> 27)) * 0x94D049BB133111EB
             z =  z ^ (z >> 31)                       (the splitmix64 finaliser)

    seed(name)    = mix(crc32(utf8(name)) + 0x9E3779B97F4A7C15)
    word(name, i) = mix(seed(name) + (i + 1) * 0x9E3779B97F4A7C15)

    n(name, i)    = (h0 + h1 + h2 + h3 - 131070) / sqrt(4 * (65536**2 - 1) / 12)

where h0..h3 are the four 16-bit fields of word(name, i).  n has mean 0,
variance 1, is bounded by 3.47 and is close to a normal deviate.  Only integer
operations, one IEEE division and one IEEE square root are used, so the float64
value is the same bit for bit on every platform.  `i` is the flat C-order index
in the tensor.

Weights
-------
With k the state-dict key, s its shape and fan_in = prod(s[1:]):

    rule       applies to                                      value
    ---------  ----------------------------------------------  -----------------------------
    index      k ends in "relative_position_index" (int64)     computed, see below
    rpb        k ends in "relative_position_bias_table"        0.5 * n
    norm       k ends in ".weight" and len(s) == 1             1 + 0.1 * n
    bias       k ends in "bias"                                0.1 * n
    matrix     everything else (len(s) >= 2)                   gain(k) * n / sqrt(fan_in)

The first rule that applies wins.  gain(k) is 1.0 except for the keys in GAINS.
The product is formed in float64 and rounded once to float32.
"""

import math
import zlib

import numpy as np

_GAMMA = 0x9E3779B97F4A7C15
_M1 = 0xBF58476D1CE4E5B9
_M2 = 0x94D049BB133111EB
_MASK = (1 << 64) - 1
_STD = math.sqrt(4 * (65536**2 - 1) / 12)

# (suffix of the key, gain); the first match wins.
GAINS = (("in_proj_weight", 2.0),)


def _mix_int(z):
    z = ((z ^ (z >> 30)) * _M1) & _MASK
    z = ((z ^ (z >> 27)) * _M2) & _MASK
    return z ^ (z >> 31)


def words(name, count, start=0):
    """uint64 words `start` .. `start + count - 1` of the stream called `name`."""
    seed = _mix_int((zlib.crc32(name.encode("utf-8")) + _GAMMA) & _MASK)
    z = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    z *= np.uint64(_GAMMA)  # wraps modulo 2**64
    z += np.uint64(seed)
    z ^= z >> np.uint64(30)
    z *= np.uint64(_M1)
    z ^= z >> np.uint64(27)
    z *= np.uint64(_M2)
    z ^= z >> np.uint64(31)
    return z


def noise(name, shape):
    """float64 array of n(name, i) in C order."""
    count = int(np.prod(shape, dtype=np.int64)) if len(shape) else 1
    w = words(name, count)
    total = np.zeros(count, dtype=np.int64)
    for shift in (0, 16, 32, 48):
        total += ((w >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64)
    return ((total - 131070) / _STD).reshape(shape)


def relative_position_index(window):
    """idx[a, b] = (ya - yb + w - 1) * (2w - 1) + (xa - xb + w - 1), a = ya * w + xa."""
    t = np.arange(window * window, dtype=np.int64)
    y, x = t // window, t % window
    dy = y[:, None] - y[None, :] + (window - 1)
    dx = x[:, None] - x[None, :] + (window - 1)
    return dy * (2 * window - 1) + dx


def gain(key):
    for suffix, value in GAINS:
        if key.endswith(suffix):
            return value
    return 1.0


def make_tensor(key, shape):
    """The recipe's numpy array for one state-dict key."""
    shape = tuple(int(v) for v in shape)
    if key.endswith("relative_position_index"):
        window = math.isqrt(shape[0])
        assert shape == (window * window, window * window), (key, shape)
        return relative_position_index(window)
    n = noise(key, shape)
    if key.endswith("relative_position_bias_table"):
        value = 0.5 * n
    elif key.endswith(".weight") and len(shape) == 1:
        value = 1.0 + 0.1 * n
    elif key.endswith("bias"):
        value = 0.1 * n
    else:
        assert len(shape) >= 2, (key, shape)
        fan_in = int(np.prod(shape[1:], dtype=np.int64))
        value = (gain(key) / math.sqrt(fan_in)) * n
    return value.astype(np.float32)


def make_state_dict(shapes):
    """{key: shape} -> {key: numpy array}.  A value may also be a dict with "shape"."""
    out = {}
    for key in sorted(shapes):
        spec = shapes[key]
        out[key] = make_tensor(key, spec["shape"] if isinstance(spec, dict) else spec)
    return out


# --------------------------------------------------------------------------- images


def _triangle(t, period):
    """Integer triangle wave 0..255 with the given (even) period."""
    half = period // 2
    p = t % period
    return np.where(p < half, p, period - p) * 255 // half


def make_image(height=1024, width=1024):
    """uint8 RGB picture [height, width, 3], integer arithmetic only.

    Made on a virtual 1024 x 1024 canvas: pixel (r, c) looks at
    y = r * 1024 // height, x = c * 1024 // width (so small sizes show the same
    scene), except for the noise, which belongs to the real pixel.
    """
    r = np.arange(height, dtype=np.int64)[:, None]
    c = np.arange(width, dtype=np.int64)[None, :]
    y = r * 1024 // height + 0 * c
    x = c * 1024 // width + 0 * r
    # background: one gradient per channel
    img = np.stack([x * 200 // 1023 + 20, y * 180 // 1023 + 40, (x + 2 * (1023 - y)) * 160 // 3069 + 30], axis=-1)
    # diagonal stripes in the upper right quarter
    stripes = (y < 400) & (x > 600)
    wave = _triangle(x + 2 * y, 64)
    img[stripes] = (img[stripes] + wave[stripes][:, None]) // 2
    # checker board in the lower left corner
    check = (y > 760) & (x < 260)
    tone = np.where(((x // 32) + (y // 32)) % 2 == 0, 235, 15)
    img[check] = tone[check][:, None]
    # discs: centre y, centre x, radius, colour; later ones lie on top
    for cy, cx, rad, rgb in (
        (300, 330, 190, (210, 60, 40)),
        (560, 620, 260, (40, 90, 200)),
        (520, 560, 120, (240, 220, 60)),
        (820, 800, 90, (20, 160, 90)),
        (150, 820, 60, (250, 250, 250)),
        (900, 420, 70, (5, 5, 5)),
    ):
        disc = (y - cy) ** 2 + (x - cx) ** 2 < rad**2
        img[disc] = rgb
    # a ring and thin lines, one to six canvas pixels wide
    d2 = (y - 480) ** 2 + (x - 250) ** 2
    img[(d2 > 170**2) & (d2 < 176**2)] = (255, 0, 255)
    img[((x - y) % 211 == 0) & (y > 500)] = (0, 255, 255)
    # noise -24..+24 on every real pixel and channel, stronger inside the blue disc
    w = words("image.noise", height * width * 3).reshape(height, width, 3)
    grain = ((w >> np.uint64(40)) % np.uint64(49)).astype(np.int64) - 24
    strong = (y - 560) ** 2 + (x - 620) ** 2 < 260**2
    img = img + np.where(strong[:, :, None], grain * 2, grain)
    return np.clip(img, 0, 255).astype(np.uint8)


def sample_positions(size, count=512):
    """Flat C-order positions (int64, repeats allowed) at which the golden file samples an array."""
    return (words("sample.positions", count) % np.uint64(size)).astype(np.int64)


MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def normalise(image):
    """uint8 [H, W, 3] -> float32 [1, 3, H, W]: ((v / 255) - mean) / std, each step in float32."""
    x = image.astype(np.float32) / np.float32(255)
    x = (x - np.array(MEAN, np.float32)) / np.array(STD, np.float32)
    return np.ascontiguousarray(x.transpose(2, 0, 1))[None]
