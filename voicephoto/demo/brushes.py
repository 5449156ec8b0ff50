"""What the painted scenes are made with: noise, sky, clouds, water, terrain and light.

A canvas is float32 [height, width, 3] in display RGB, 0..1; a mask is float32 [height, width], 0..1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Array = NDArray[np.floating[Any]]

WIDTH, HEIGHT = 1200, 800


def rgb(code: str) -> Array:
    """A colour from its six hexadecimal digits."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)


def grid(height: int, width: int) -> tuple[Array, Array]:
    """Pixel rows [height, 1] and columns [1, width]."""
    return np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]


def smoothstep(low: float, high: float, x: Array) -> Array:
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def mix(under: Array, over: Array, mask: Array) -> Array:
    """Lay `over` (a canvas or one colour) on `under` where `mask` says."""
    blend = over - under
    blend *= mask[..., None]
    blend += under
    return np.asarray(blend, np.float32)


def screen(canvas: Array, light: Array) -> Array:
    """Add light without burning out: 1 - (1 - a)(1 - b)."""
    return np.asarray(1 - (1 - np.clip(canvas, 0, 1)) * (1 - np.clip(light, 0, 1)), np.float32)


def fractal(rng: np.random.Generator, height: int, width: int, slope: float, stretch: float = 1.0) -> Array:
    """Noise that repeats at its edges, amplitude falling as frequency**-slope, mean 0, standard deviation 1.

    A `stretch` above 1 draws it out sideways.
    """
    spectrum = np.fft.rfft2(rng.standard_normal((height, width), dtype=np.float32))
    rows = np.fft.fftfreq(height).astype(np.float32)[:, None] * height
    columns = np.fft.rfftfreq(width).astype(np.float32)[None, :] * width * stretch
    radius = np.hypot(rows, columns)
    radius[0, 0] = 1
    spectrum *= radius**-slope
    spectrum[0, 0] = 0
    noise = np.fft.irfft2(spectrum, (height, width))
    return np.asarray(noise / noise.std(), np.float32)


def ridges(rng: np.random.Generator, size: int, first: float, octaves: int = 6) -> Array:
    """Mountain ranges as a periodic height map [size, size], about 0..1.

    A ridged multifractal (Musgrave): octaves of 1 - |noise|, each weighted by the one before, so that
    crests are rugged and valleys smooth. `first` is the number of ranges across the map.
    """
    total, weight = np.zeros((size, size), np.float32), np.ones((size, size), np.float32)
    rows = np.fft.fftfreq(size).astype(np.float32)[:, None] * size
    columns = np.fft.rfftfreq(size).astype(np.float32)[None, :] * size
    octave = np.log2(np.maximum(np.hypot(rows, columns), 0.1) / first)
    share = 0.0
    for i in range(octaves):
        spectrum = np.fft.rfft2(rng.standard_normal((size, size), dtype=np.float32))
        noise = np.fft.irfft2(spectrum * np.exp(-2 * (octave - i) ** 2), (size, size)).astype(np.float32)
        ridge = np.clip(1 - np.abs(noise) / (2.4 * noise.std()), 0, 1) ** 1.5
        total += ridge * weight * 0.46**i
        share += 0.46**i
        weight = np.clip(1.6 * ridge * (0.4 + 0.6 * weight), 0, 1)
    return np.asarray(total / share, np.float32)


def sample(field: Array, rows: Array, columns: Array) -> Array:
    """`field` [h, w] or [h, w, 3] between its points (bilinear), repeated beyond its edges."""
    height, width = field.shape[:2]
    flat = field.reshape(height * width, -1)
    top, left = np.floor(rows), np.floor(columns)
    down, right = (rows - top)[..., None], (columns - left)[..., None]
    r0, c0 = top.astype(np.int32) % height, left.astype(np.int32) % width
    r1, c1 = (r0 + 1) % height * width, (c0 + 1) % width
    r0 *= width
    above, below = flat.take(r0 + c0, 0), flat.take(r1 + c0, 0)
    above += (flat.take(r0 + c1, 0) - above) * right
    below += (flat.take(r1 + c1, 0) - below) * right
    above += (below - above) * down
    return np.asarray(above if field.ndim == 3 else above[..., 0], np.float32)


def gradient(height: int, width: int, stops: list[tuple[float, str]], until: float | None = None) -> Array:
    """A canvas of colours from top (0) to row `until` (1; default: the bottom)."""
    at = np.linspace(0, height / (until or height), height)
    places = [place for place, _ in stops]
    colours = np.stack([rgb(code) for _, code in stops])
    column = np.stack([np.interp(at, places, colours[:, i]) for i in range(3)], axis=1)
    return np.repeat(column[:, None, :], width, axis=1).astype(np.float32)


def glow(canvas: Array, row: float, column: float, radius: float, colour: Array, strength: float = 1) -> Array:
    """Light falling off around a point."""
    rows, columns = grid(*canvas.shape[:2])
    distance = np.hypot(rows - row, columns - column) / radius
    return screen(canvas, (strength * np.exp(-distance))[..., None] * colour)


@dataclass(frozen=True, slots=True)
class Clouds:
    density: Array
    """How much of the sky they hide, as a mask."""
    light: Array
    """-1 (turned away from the light) to 1 (turned to it)."""


def clouds(
    rng: np.random.Generator,
    height: int,
    width: int,
    horizon: float,
    *,
    cover: float,
    scale: float = 1.0,
    slope: float = 1.6,
    stretch: float = 1.0,
    soft: float = 0.9,
    from_column: float = 0.5,
) -> Clouds:
    """A layer of clouds seen in perspective, lit from the horizon at `from_column` of the width."""
    noise = fractal(rng, 512, 512, slope, stretch)
    rows, columns = grid(height, width)
    rise = np.maximum((horizon - rows) / height, 0.002)
    depth = 1 / (rise + 0.16)
    u = (columns - from_column * width) / height * depth * 62 * scale + 256
    v = depth * 110 * scale
    n = sample(noise, v, u)
    toward = sample(noise, v + 7, u - np.clip((u - 256) * 0.03, -6, 6))
    density = smoothstep(-cover, -cover + soft, n) * smoothstep(0.0, 0.10, rise * np.ones_like(columns))
    return Clouds(density, np.clip((n - toward) * 1.3, -1, 1))


def daylight(rng: np.random.Generator, horizon: int, height: int = HEIGHT, width: int = WIDTH) -> Array:
    """A summer sky with fair-weather clouds."""
    sky = gradient(height, width, [(0, "2a6fc0"), (0.55, "79b0e2"), (1, "dceaf2")], horizon)
    layer = clouds(rng, height, width, horizon, cover=-0.25, slope=1.75, soft=0.9, scale=0.8)
    white = mix(np.broadcast_to(rgb("b9c6d6"), sky.shape), rgb("ffffff"), np.clip(0.75 + layer.light, 0, 1))
    return mix(sky, white, layer.density * 0.95)


def water(
    canvas: Array,
    horizon: int,
    rng: np.random.Generator,
    *,
    deep: Array,
    chop: float = 0.25,
    mirror: float = 0.85,
    near: float = 0.35,
) -> Array:
    """Fill everything below `horizon` with water that reflects what is above.

    `chop` is how far waves throw the reflection (0 is glass); of the light, `mirror` comes back at the
    horizon and `near` at the viewer's feet, the rest is the colour `deep`.
    """
    height, width = canvas.shape[:2]
    below = height - horizon
    rows, columns = grid(below, width)
    p = (rows + 0.5) / below
    depth = 1 / (p + 0.035)
    waves = fractal(rng, 512, 512, 1.25, 0.30)
    u = (columns / width - 0.5) * depth * 190
    v = depth * 330
    tilt = sample(waves, v, u)
    ripple = sample(waves, v * 3.1 + 90, u * 3.1 + 40) * (p**0.5)
    tilt = 0.75 * tilt + 0.45 * ripple
    far = 1 - np.abs(tilt) * chop * (0.5 + 0.5 * p)
    source = horizon * np.clip(far, 0, 1) - rows * (horizon / below) * (1 - 0.45 * chop) * 0.9
    source = np.clip(source, 0, horizon - 1)
    aside = np.clip(columns + tilt * chop * 60 * p, 0, width - 1)
    reflected = sample(canvas[:horizon], source, aside)
    fresnel = mirror + (near - mirror) * np.sqrt(p) - 0.30 * chop**0.5 * np.clip(tilt, -1, 1.5)
    result = canvas.copy()
    result[horizon:] = mix(np.broadcast_to(deep, reflected.shape), reflected, np.clip(fresnel, 0.05, 1))
    return result


@dataclass(frozen=True, slots=True)
class View:
    """A terrain as seen: rows of sky are not `hit`."""

    hit: Array
    depth: Array
    """Distance in cells of the height map."""
    row: Array
    column: Array
    """The point of the height map that is seen, in cells."""


def look(
    heights: Array,
    height: int,
    width: int,
    *,
    horizon: float,
    eye: tuple[float, float, float],
    far: float,
    zoom: float = 1.0,
    near: float = 4.0,
) -> View:
    """Look along the rows of a periodic height map from `eye` (row, column, height above zero), in cells.

    Marches front to back: a row of a column is hit at the first step whose ground reaches it.
    """
    steps = 520
    z = np.geomspace(near, far, steps, dtype=np.float32)[:, None]
    across = ((np.arange(width, dtype=np.float32) - width / 2) / (width * zoom))[None, :]
    ground = sample(heights, eye[0] + z + 0 * across, eye[1] + across * z)
    top = horizon + (eye[2] - ground) * (width * zoom) / z
    reach = np.minimum.accumulate(top, axis=0)
    rows = np.arange(height, dtype=np.float32)
    step = np.empty((height, width), np.int32)
    for column in range(width):
        step[:, column] = np.searchsorted(-reach[:, column], -rows - 1e-3)
    hit = step < steps
    after = np.clip(step, 1, steps - 1)
    at = np.arange(width)[None, :]
    low, high = reach[after - 1, at], reach[after, at]
    part = np.clip((low - rows[:, None]) / np.maximum(low - high, 1e-3), 0, 1)
    depth = z[after - 1, 0] * (1 - part) + z[after, 0] * part
    return View(hit.astype(np.float32), depth, eye[0] + depth, eye[1] + across * depth)


def lit(heights: Array, sun: tuple[float, float, float], reach: int = 48) -> Array:
    """Sunlight 0..1 on each cell of a periodic height map; `sun` points to it (rows, columns, up)."""
    down = (np.roll(heights, -1, 0) - np.roll(heights, 1, 0)) / 2
    right = (np.roll(heights, -1, 1) - np.roll(heights, 1, 1)) / 2
    length = np.sqrt(down**2 + right**2 + 1)
    norm = float(np.linalg.norm(sun))
    light = (-down * sun[0] - right * sun[1] + sun[2]) / length / norm
    shade = np.full_like(heights, -np.inf)
    flat = float(np.hypot(sun[0], sun[1]))
    for step in range(2, reach, 2):
        shift = (-round(sun[0] / flat * step), -round(sun[1] / flat * step))
        np.maximum(shade, np.roll(heights, shift, (0, 1)) - step * sun[2] / flat, out=shade)
    return np.asarray(np.clip(light, 0, 1) * (1 - smoothstep(0.0, 3.0, shade - heights)), np.float32)


def drawn(height: int, width: int, draw: Callable[[ImageDraw.ImageDraw, float], None]) -> Array:
    """A mask of what `draw(pen, scale)` draws in white, drawn twice as large for smooth edges."""
    image = Image.new("L", (width * 2, height * 2))
    draw(ImageDraw.Draw(image), 2.0)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32) / 255


def blur(field: Array, radius: float) -> Array:
    """Gaussian blur of a mask or canvas."""
    if field.ndim == 3:
        return np.stack([blur(field[..., i], radius) for i in range(field.shape[2])], axis=2)
    height, width = field.shape
    shrink = max(1, int(radius / 3))
    small = Image.fromarray(field, "F").resize(
        (max(1, width // shrink), max(1, height // shrink)), Image.Resampling.BOX
    )
    eight = Image.fromarray((np.clip(np.asarray(small), 0, 1) * 255).astype(np.uint8))
    soft = eight.filter(ImageFilter.GaussianBlur(radius / shrink)).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(soft, np.float32) / 255


def bloom(canvas: Array, above: float, radius: float, strength: float = 1) -> Array:
    """Let bright things shine into their surroundings, as in a lens."""
    bright = np.clip(canvas - above, 0, 1) / (1 - above)
    return screen(canvas, blur(bright, radius) * strength)


def finish(
    canvas: Array,
    rng: np.random.Generator,
    *,
    grain: float = 0.009,
    vignette: float = 0.22,
    contrast: float = 0.12,
) -> Image.Image:
    """What a camera adds: a soft S-curve, darker corners and grain."""
    height, width = canvas.shape[:2]
    rows, columns = grid(height, width)
    corner = ((rows / height - 0.5) ** 2 + (columns / width - 0.5) ** 2) * 2
    x = np.clip(canvas, 0, 1)
    x = x + contrast * (x * x * (3 - 2 * x) - x)
    x = x * (1 - vignette * corner**1.5)[..., None]
    x = x + grain * rng.standard_normal((height, width, 1), dtype=np.float32)
    return Image.fromarray((np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8))
