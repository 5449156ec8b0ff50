"""Painted scenes by the sea: sunsets, a beach, a sailing boat."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from voicephoto.demo.brushes import (
    HEIGHT,
    WIDTH,
    Array,
    blur,
    clouds,
    daylight,
    drawn,
    finish,
    fractal,
    glow,
    gradient,
    grid,
    mix,
    rgb,
    sample,
    screen,
    smoothstep,
    water,
)


@dataclass(frozen=True, slots=True)
class Dusk:
    """The colours of one evening, six hexadecimal digits each."""

    sky: tuple[str, str, str, str]
    """From the zenith down to the horizon."""
    sun: str
    lit: str
    shaded: str
    sea: str
    land: str


FIRE = Dusk(("27345f", "8a4a6e", "e8734a", "ffc36a"), "ffe9b0", "ff9a5a", "5b3a5e", "2a2f4d", "2a1c30")
ROSE = Dusk(("4a5c94", "a884ae", "f2a18e", "ffd9a0"), "fff0c8", "ffb39a", "8a6a92", "3c4c74", "3a2c44")
GOLD = Dusk(("5a7aa0", "b9a58c", "f3b75e", "ffdf8e"), "fff6d0", "ffcf7a", "8f7766", "46586a", "33281f")
CRIMSON = Dusk(("1d2246", "63305a", "c8433f", "ff9448"), "ffdf9a", "f0664a", "3c2345", "1d1f3a", "190f1e")
VIOLET = Dusk(("232a5c", "5d4a8c", "c06a90", "ffb48a"), "ffe2c0", "e88aa0", "4a3c70", "2a2c58", "221a38")


def evening(
    rng: np.random.Generator,
    dusk: Dusk,
    *,
    horizon: int,
    sun: tuple[int, int],
    cover: float,
    size: tuple[int, int] = (HEIGHT, WIDTH),
    stretch: float = 0.55,
) -> Array:
    """The sky of a sunset down to `horizon`; `sun` is (column, rows above the horizon)."""
    height, width = size
    column, above = sun
    row = horizon - above
    stops = list(zip((0, 0.45, 0.82, 1), dusk.sky, strict=True))
    canvas = gradient(height, width, stops, horizon)
    canvas = glow(canvas, row, column, 330, rgb(dusk.lit), 0.55)
    layer = clouds(rng, height, width, horizon, cover=cover, stretch=stretch, soft=1.5, from_column=column / width)
    rows, columns = grid(height, width)
    near_sun = np.exp(-np.hypot((rows - row) * 1.3, columns - column) / 420)
    light = np.clip(0.42 + 0.8 * layer.light + 0.55 * near_sun - 0.45 * layer.density, 0, 1)
    canvas = mix(
        canvas,
        mix(np.broadcast_to(rgb(dusk.shaded), canvas.shape), rgb(dusk.lit), light),
        layer.density * 0.8,
    )
    canvas = glow(canvas, row, column, 110, rgb(dusk.sun), 0.75)
    canvas = mix(canvas, rgb(dusk.sun), smoothstep(34, 29, np.hypot(rows - row, columns - column)))
    return glow(canvas, row, column, 40, rgb(dusk.sun), 0.8)


def coast(
    rng: np.random.Generator, canvas: Array, horizon: int, *, top: int, reach: float, colour: Array, side: str
) -> Array:
    """A rocky coast that comes in from one side, `top` rows high at the edge, ending at column `reach`."""
    height, width = canvas.shape[:2]
    x = np.arange(width, dtype=np.float32)
    x = x if side == "left" else width - 1 - x
    crest = fractal(rng, 2, 2048, 1.25)[0, :width]
    fall = np.clip(1 - x / reach, 0, 1)
    line = horizon - top * fall**0.8 * np.clip(0.85 + 0.22 * crest, 0.1, None)
    rows, _ = grid(height, width)
    mask = smoothstep(-1, 1, rows - line[None, :]) * (rows <= horizon) * (fall > 0)[None, :]
    rock = np.clip(fractal(rng, height, width, 1.0, 0.6), -2, 2)
    haze = 0.25 * (1 - fall)[None, :] + 0.2 * np.clip((rows - horizon + 60) / 60, 0, 1)
    shaded = mix(colour * (1 + 0.16 * rock[..., None]), canvas, np.clip(haze, 0, 0.5))
    return mix(canvas, shaded, mask)


def sea(rng: np.random.Generator, dusk: Dusk, canvas: Array, horizon: int, chop: float = 0.3) -> Array:
    return water(canvas, horizon, rng, deep=rgb(dusk.sea), chop=chop, mirror=0.95, near=0.55)


def sail(
    canvas: Array,
    row: int,
    column: int,
    size: float,
    sheet: Array,
    hull: Array,
    deck: Array,
    heel: float = 0.0,
) -> Array:
    """A sloop with its waterline at `row`, mast `size` pixels high, leaning by `heel`, and its broken reflection."""
    height, width = canvas.shape[:2]
    rows, columns = grid(height, width)

    def shape(points: list[tuple[float, float]]) -> Array:
        """A mask of the polygon whose points are (ahead, up) in mast heights."""

        def draw(pen: ImageDraw.ImageDraw, s: float) -> None:
            pen.polygon([((column + (x + y * heel) * size) * s, (row - y * size) * s) for x, y in points], 255)

        return drawn(height, width, draw)

    luff = np.linspace(0, 1, 14)
    main = shape([(-0.025 - 0.33 * t - 0.11 * t * (1 - t), 1.0 - 0.86 * t) for t in luff] + [(-0.015, 0.14)])
    jib = shape([(0.02 + 0.33 * t, 0.92 - 0.81 * t) for t in luff] + [(0.03 + 0.05 * t, 0.12) for t in (1, 0)])
    jib = np.maximum(jib, shape([(0.02, 0.92), (-0.05, 0.55), (-0.07, 0.3), (-0.08, 0.14), (0.34, 0.11)]) * 0.9)
    mast = shape([(-0.008, 0.06), (0.008, 0.06), (0.006, 1.03), (-0.006, 1.03)])
    boom = shape([(-0.38, 0.125), (0.0, 0.125), (0.0, 0.14), (-0.38, 0.14)])
    side = shape([(-0.44, 0.085), (-0.2, 0.066), (0.15, 0.072), (0.46, 0.10), (0.36, 0.0), (-0.38, 0.0)])
    stripe = shape([(-0.425, 0.06), (0.0, 0.042), (0.43, 0.07), (0.425, 0.057), (0.0, 0.029), (-0.42, 0.047)])
    cabin = shape([(-0.16, 0.066), (-0.12, 0.105), (0.10, 0.105), (0.17, 0.07)])
    crew = np.zeros((height, width), np.float32)
    for x in (-0.30, -0.25):
        crew = np.maximum(crew, shape([(x, 0.07), (x + 0.028, 0.07), (x + 0.024, 0.125), (x + 0.004, 0.125)]))
    panels = 1 - 0.10 * (np.abs(((rows - row) / size * 9 - (columns - column) / size) % 1 - 0.5) < 0.03)
    fold = (0.88 + 0.12 * np.cos((columns - column) / size * 8 + (rows - row) / size * 2)) * panels
    drop = np.clip(2 * row - rows, 0, height - 1)
    waves = np.convolve(np.sin(np.arange(height) * 2.4) + np.sin(np.arange(height) * 0.71), np.ones(3) / 3, "same")
    aside = columns + waves[:, None].astype(np.float32) * 4 * np.clip((rows - row) / size * 4, 0, 2)
    below = np.asarray(rows > row, np.float32) * np.exp(-(rows - row) / size * 2.2)
    canvas = mix(canvas, sheet * 0.8, sample(np.maximum(main, jib), drop, aside) * below * 0.5)
    canvas = mix(canvas, hull * 0.8, sample(side, drop, aside) * below * 0.8)
    canvas = mix(canvas, sheet * fold[..., None], main)
    canvas = mix(canvas, sheet * (fold * 0.93)[..., None], jib)
    for mask, colour in ((mast, deck), (boom, deck), (crew, deck * 0.6), (cabin, hull * 0.92 + 0.05)):
        canvas = mix(canvas, colour, mask)
    shade = np.clip(1.05 - (rows - row + 0.1 * size) / size * 3.2, 0.6, 1.1)
    canvas = mix(canvas, hull * shade[..., None], side)
    return mix(canvas, deck, stripe)


def cliffs_at_sunset(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    canvas = evening(rng, FIRE, horizon=500, sun=(760, 78), cover=0.1)
    canvas = coast(rng, canvas, 500, top=95, reach=700, colour=rgb("6b4458"), side="left")
    canvas = coast(rng, canvas, 500, top=300, reach=400, colour=rgb(FIRE.land), side="left")
    count = 130
    across = rng.beta(1.1, 2.2, count) * 300
    up = 495 - rng.beta(1.0, 2.4, count) * 200 * (1 - across / 380)
    canvas = sparkle(canvas, up, across, rgb("ffd890"), 1.1, rng.uniform(0.3, 1.0, count))
    return finish(sea(rng, FIRE, canvas, 500), rng)


def sparkle(canvas: Array, rows: Array, columns: Array, colour: Array, size: float, strength: Array) -> Array:
    """Small lights at the given points."""
    height, width = canvas.shape[:2]
    light = np.zeros((height, width), np.float32)
    r, c = np.clip(rows, 1, height - 2).astype(int), np.clip(columns, 1, width - 2).astype(int)
    np.maximum.at(light, (r, c), strength)
    near = np.clip(blur(light, size) * 5 * size, 0, 1)
    halo = np.clip(blur(light, size * 5) * 9 * size, 0, 1)
    return screen(canvas, (near + 0.5 * halo)[..., None] * colour)


def boat_at_sunset(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    canvas = evening(rng, GOLD, horizon=470, sun=(430, 62), cover=-0.35)
    canvas = coast(rng, canvas, 470, top=70, reach=420, colour=rgb("96795e"), side="right")
    canvas = sea(rng, GOLD, canvas, 470, 0.35)
    return finish(sail(canvas, 560, 740, 280, rgb("4a3528"), rgb("1d1512"), rgb("1d1512"), 0.05), rng)


def crimson_sunset(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    canvas = evening(rng, CRIMSON, horizon=520, sun=(560, 34), cover=0.25, stretch=0.35)
    canvas = coast(rng, canvas, 520, top=120, reach=520, colour=rgb("4a2440"), side="right")
    canvas = coast(rng, canvas, 520, top=200, reach=230, colour=rgb(CRIMSON.land), side="right")
    return finish(sea(rng, CRIMSON, canvas, 520, 0.22), rng)


def island_sunset(seed: int) -> Image.Image:
    """White houses and blue domes above a bay."""
    rng = np.random.default_rng(seed)
    canvas = evening(rng, VIOLET, horizon=430, sun=(380, 60), cover=-0.1)
    canvas = coast(rng, canvas, 430, top=46, reach=800, colour=rgb("7a5c84"), side="left")
    canvas = sea(rng, VIOLET, canvas, 430, 0.18)
    canvas = coast(rng, canvas, HEIGHT - 1, top=300, reach=900, colour=rgb("4b3a48"), side="right")
    rows, columns = grid(HEIGHT, WIDTH)
    wall, shadow, dome = rgb("f2c9b8"), rgb("8a7ba6"), rgb("3f5fae")
    houses = sorted((float(rng.uniform(0, 1)), float(rng.uniform(0, 1))) for _ in range(46))
    for depth, spot in houses:
        x = 1190 - spot * (250 + 250 * depth)
        foot = min(800 - 300 * (1 - (1200 - x) / 900) ** 0.8 + 30 + 190 * depth * depth, HEIGHT - 4)
        size = 26 + 52 * depth
        wide, tall = size * rng.uniform(0.8, 1.5), size * rng.uniform(0.7, 1.2)
        part = np.s_[int(foot - tall - wide) : int(foot) + 1, int(x - wide) : int(x + wide)]
        house, y, across = canvas[part], rows[part[0]], columns[:, part[1]] - x
        block = ((np.abs(across) < wide / 2) & (y > foot - tall) & (y < foot)).astype(np.float32)
        facing = np.clip(0.5 - across / wide, 0, 1) * 0.55 + 0.3 + 0.1 * depth + 0 * y
        house = mix(house, mix(np.broadcast_to(shadow, house.shape), wall, facing), block)
        if rng.random() < 0.3:
            radius = wide * 0.40
            ball = (np.hypot(across, y - foot + tall) < radius) & (y < foot - tall)
            shine = np.clip(0.75 - (across + radius * 0.4) / radius * 0.5, 0.2, 1.3) + 0 * y
            house = mix(house, dome * shine[..., None], ball.astype(np.float32))
        for _ in range(2):
            wx, wy = rng.uniform(-0.3, 0.3) * wide, foot - rng.uniform(0.25, 0.7) * tall
            pane = ((np.abs(across - wx) < size * 0.06) & (np.abs(y - wy) < size * 0.10)).astype(np.float32)
            house = mix(house, rgb("ffce7a") if rng.random() < 0.5 else rgb("54506e"), pane)
        canvas[part] = house
    return finish(canvas, rng)


def stacks_at_sunset(seed: int) -> Image.Image:
    """Rocks standing in the sea, seen upright from the beach."""
    rng = np.random.default_rng(seed)
    width, height, horizon = HEIGHT, WIDTH, 640
    canvas = evening(rng, ROSE, horizon=horizon, sun=(300, 110), cover=0.0, size=(height, width))
    rows, columns = grid(height, width)
    for centre, wide, tall, tone in (
        (620, 190, 330, "54405a"),
        (470, 70, 150, "6b5368"),
        (90, 120, 210, "5f4a62"),
    ):
        edge = fractal(rng, 2, 2048, 1.1)[0, :height][:, None] * 9
        shape = np.clip((horizon - rows) / tall, 0, 2)
        half = wide / 2 * (1 - 0.28 * shape - 0.5 * np.clip(shape - 0.85, 0, 1)) + edge
        crest = fractal(rng, 2, 2048, 1.3)[0, :width][None, :] * 10
        mask = smoothstep(2, -2, np.abs(columns - centre) - half) * smoothstep(-2, 2, rows - (horizon - tall) - crest)
        rock = np.clip(fractal(rng, height, width, 1.0, 2.2), -2, 2)
        rim = np.clip((centre - columns) / wide + 0.1, 0, 1)[..., None] * rgb("ff9a70") * 0.35
        canvas = mix(canvas, rgb(tone) * (1 + 0.2 * rock[..., None]) + rim, mask * (rows <= horizon))
    canvas = sea(rng, ROSE, canvas, horizon, 0.15)
    shore = 1010 + 26 * np.sin(columns / 150 + 0.7) + 8 * fractal(rng, 2, 1024, 1.3)[0, :width][None, :]
    sand = rgb("8a6a62") * (1 + 0.05 * fractal(rng, height, width, 0.5)[..., None])
    wet = smoothstep(230, 0, rows - shore)
    sand = mix(sand, canvas[horizon - 10 : horizon, :].mean((0, 1)) * 0.9, wet * 0.5)
    canvas = mix(canvas, sand, smoothstep(-4, 30, rows - shore))
    foam = np.exp(-(((rows - shore + 4) / 9) ** 2)) * smoothstep(-0.6, 0.9, fractal(rng, height, width, 1.0, 0.5))
    canvas = mix(canvas, rgb("ffe6dc"), foam * 0.9)
    return finish(canvas, rng)


def palms_at_sunset(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    canvas = evening(rng, GOLD, horizon=540, sun=(640, 120), cover=-0.5)
    canvas = sea(rng, GOLD, canvas, 540, 0.2)

    def palms(pen: ImageDraw.ImageDraw, s: float) -> None:
        for foot, lean, tall in ((120, 90, 560), (30, 190, 470), (1110, -120, 600)):
            trunk = [((foot + lean * t * t) * s, (800 - tall * t) * s, (15 - 8 * t) * s) for t in np.linspace(0, 1, 40)]
            for x, y, r in trunk:
                pen.ellipse([x - r, y - r, x + r, y + r], 255)
            x0, y0, _ = trunk[-1]
            for turn in np.linspace(-0.3, 2 * np.pi - 0.5, 15) + rng.uniform(-0.1, 0.1, 15):
                reach = rng.uniform(120, 185) * s
                spine = []
                for t in np.linspace(0, 1, 26):
                    x = x0 + np.cos(turn) * reach * t
                    y = y0 - np.sin(turn) * reach * 0.62 * t + reach * 0.75 * t * t
                    spine.append((x, y))
                pen.line(spine, 255, int(4 * s))
                for i, (x, y) in enumerate(spine[2:], 2):
                    leaf = reach * 0.30 * np.sin(np.pi * (0.12 + 0.85 * i / 26))
                    for side in (-1, 1):
                        tip = (
                            x + np.cos(turn) * leaf * 0.5 + side * leaf * 0.16,
                            y + leaf * (0.8 + 0.1 * side),
                        )
                        pen.line([(x, y), tip], 255, int(2.4 * s))

    canvas = coast(rng, canvas, HEIGHT - 1, top=70, reach=500, colour=rgb("20170f"), side="left")
    canvas = coast(rng, canvas, HEIGHT - 1, top=50, reach=400, colour=rgb("20170f"), side="right")
    return finish(mix(canvas, rgb("1c140f"), drawn(HEIGHT, WIDTH, palms)), rng)


def pier_at_sunset(seed: int) -> Image.Image:
    """A wooden jetty leading out to the sun."""
    rng = np.random.default_rng(seed)
    horizon = 430
    canvas = evening(rng, FIRE, horizon=horizon, sun=(600, 46), cover=0.3, stretch=0.4)
    canvas = sea(rng, FIRE, canvas, horizon, 0.16)
    rows, columns = grid(HEIGHT, WIDTH)
    below = np.clip(rows - horizon - 12, 1, None)
    across = (columns - 600) / (below * 0.62)
    depth = 380 / below
    deck = smoothstep(1.01, 0.99, np.abs(across)) * (rows > horizon + 14)
    plank = depth * 7
    seam = smoothstep(0.10, 0.22, plank % 1)
    grain = sample(fractal(rng, 256, 256, 0.8), np.floor(plank) * 37, across * 40)
    shine = np.exp(-((across * 1.8) ** 2)) * 0.5
    wood = (rgb("3e2a2c") * (1 + 0.12 * grain[..., None]) + rgb("e8865a") * (shine * 0.55)[..., None]) * (
        0.45 + 0.55 * seam[..., None]
    )
    canvas = mix(canvas, wood, deck)

    def posts(pen: ImageDraw.ImageDraw, s: float) -> None:
        for z in (0.55, 0.75, 1.05, 1.5, 2.2, 3.4, 5.5, 9.0):
            row = horizon + 12 + 380 / z
            for side in (-1, 1):
                x, half, tall = 600 + side * 0.62 * 380 / z, 15 / z, 130 / z
                pen.rectangle([(x - half) * s, (row - tall) * s, (x + half) * s, (row + tall * 0.5) * s], 255)

    return finish(mix(canvas, rgb("1f1418"), drawn(HEIGHT, WIDTH, posts)), rng)


def sailing_boat(seed: int) -> Image.Image:
    """White sails on a blue bay."""
    rng = np.random.default_rng(seed)
    horizon = 430
    canvas = daylight(rng, horizon)
    canvas = coast(rng, canvas, horizon, top=90, reach=760, colour=rgb("8aa6b4"), side="right")
    canvas = coast(rng, canvas, horizon, top=120, reach=330, colour=rgb("6d8a78"), side="right")
    canvas = water(canvas, horizon, rng, deep=rgb("0f4f8a"), chop=0.5, mirror=0.75, near=0.12)
    canvas = sail(canvas, 462, 1010, 62, rgb("ffffff"), rgb("f4f4f0"), rgb("39506a"), 0.10)
    canvas = sail(canvas, 478, 160, 90, rgb("fdf6ea"), rgb("7a2a24"), rgb("39506a"), 0.12)
    canvas = sail(canvas, 640, 590, 520, rgb("fffaf0"), rgb("f7f5ef"), rgb("1f3c66"), 0.13)
    wash = fractal(rng, HEIGHT, WIDTH, 0.7, 0.35)
    rows, columns = grid(HEIGHT, WIDTH)
    wake = np.exp(-(((rows - 645) / 9) ** 2)) * smoothstep(300, 400, columns) * smoothstep(880, 800, columns)
    return finish(mix(canvas, rgb("f4fbff"), wake * smoothstep(-0.8, 0.8, wash) * 0.9), rng)


def beach(seed: int) -> Image.Image:
    """A striped umbrella and a towel on pale sand before a turquoise sea."""
    rng = np.random.default_rng(seed)
    horizon = 300
    canvas = daylight(rng, horizon)
    canvas = coast(rng, canvas, horizon, top=70, reach=420, colour=rgb("6f8f7a"), side="left")
    canvas = water(canvas, horizon, rng, deep=rgb("0c86a8"), chop=0.4, mirror=0.6, near=0.10)
    rows, columns = grid(HEIGHT, WIDTH)
    shallow = smoothstep(horizon + 40, 540, rows + 0 * columns)
    canvas = mix(canvas, rgb("63d0c8"), shallow * 0.65)
    shore = 520 + 40 * np.sin(columns / 210 + 1.0) + 12 * fractal(rng, 2, 2048, 1.4)[0, :WIDTH][None, :]
    fine, broad = fractal(rng, HEIGHT, WIDTH, 0.25), fractal(rng, HEIGHT, WIDTH, 1.3, 0.4)
    sand = rgb("ead7b0") * (1 + 0.045 * fine + 0.03 * broad)[..., None]
    sand = mix(sand, rgb("a98d68"), 0.75 * smoothstep(60, 0, rows - shore))
    canvas = mix(canvas, sand, smoothstep(-3, 6, rows - shore))
    for offset, strength in ((-6, 1.0), (-58, 0.75), (-105, 0.45)):
        line = shore + offset * (1 + 0.1 * np.sin(columns / 90))
        band = np.exp(-(((rows - line) / 11) ** 2)) * smoothstep(-0.9, 0.5, fractal(rng, HEIGHT, WIDTH, 1.0, 0.5))
        canvas = mix(canvas, rgb("ffffff"), band * strength)
    x, y, radius, drop = 690.0, 330.0, 250.0, 130.0
    shadow = np.exp(-((((columns - x - 60) / 240) ** 2 + ((rows - 700) / 42) ** 2) ** 2))
    canvas = mix(canvas, rgb("7a6a60"), shadow * 0.55)

    def towel(pen: ImageDraw.ImageDraw, s: float) -> None:
        pen.polygon([(p * s, q * s) for p, q in ((470, 668), (640, 660), (600, 742), (390, 752))], 255)

    def pole(pen: ImageDraw.ImageDraw, s: float) -> None:
        pen.line([(x * s, (y - 18) * s), ((x + 22) * s, 700 * s)], 255, int(9 * s))

    stripes = np.where(np.sin((rows - 0.08 * columns) * 0.33) > 0, 1.0, 0.0).astype(np.float32)
    cloth = mix(np.broadcast_to(rgb("fbf7f0"), canvas.shape), rgb("2f7fb8"), stripes)
    canvas = mix(canvas, cloth * (1 + 0.02 * fine[..., None]), drawn(HEIGHT, WIDTH, towel))
    canvas = mix(canvas, rgb("f3ede2"), drawn(HEIGHT, WIDTH, pole))
    across = (columns - x) / radius
    dome = y + drop - drop * np.sqrt(np.clip(1 - across**2, 0, 1)) * 1.15
    panel = np.arcsin(np.clip(across, -1, 1)) * 4.2
    scallop = y + drop + 12 * np.abs(np.cos(panel * np.pi / 2 + np.pi / 2)) ** 1.5 - 14
    mask = smoothstep(-1, 1, rows - dome) * smoothstep(1, -1, rows - scallop) * (np.abs(across) < 1)
    up = np.clip((rows - dome) / drop, 0, 1)
    bend = panel * (0.15 + 0.85 * np.sqrt(up))
    red = (
        np.floor(np.arcsin(np.clip(across / np.sqrt(np.clip(1.15 * up + 0.06, 0.02, 1)), -1, 1)) * 2.6 + 0.5) % 2
    ) == 0
    shine = 1.02 - 0.28 * smoothstep(-0.6, 1.0, across) - 0.22 * up + 0.02 * np.cos(bend)
    cloth = np.where(red[..., None], rgb("d8322e"), rgb("fff6ea")) * shine[..., None]
    return finish(mix(canvas, np.asarray(cloth, np.float32), mask), rng)
