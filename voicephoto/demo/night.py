"""Painted scenes after dark: cities, rain, fireworks, stars, northern lights."""

import numpy as np
from PIL import Image, ImageDraw

from voicephoto.demo.brushes import (
    HEIGHT,
    WIDTH,
    Array,
    bloom,
    blur,
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


def towers(
    rng: np.random.Generator,
    canvas: Array,
    foot: int,
    *,
    count: int,
    tall: tuple[int, int],
    wide: tuple[int, int],
    wall: str,
    bright: float,
    pane: tuple[int, int],
    centre: float = 0.5,
) -> Array:
    """A row of high-rise buildings with lit windows, highest about `centre` of the width."""
    width = canvas.shape[1]
    canvas = canvas.copy()
    lamps = np.stack([rgb(code) for code in ("ffd890", "ffe9c0", "ffc060", "d8ecff", "fff6e0")])
    for slot in (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * width / (count - 1):
        size, cells = int(rng.integers(*wide)), pane
        peak = np.exp(-(((slot / width - centre) / 0.30) ** 2))
        rise = int((tall[0] + (tall[1] - tall[0]) * peak) * rng.uniform(0.55, 1.0))
        left, right = max(0, int(slot - size / 2)), min(width, int(slot + size / 2))
        top = max(4, foot - rise)
        if right - left < 8:
            continue
        high, broad = foot - top, right - left
        shade = np.linspace(1.25, 0.75, broad, dtype=np.float32)[None, :, None]
        block = np.broadcast_to(rgb(wall) * rng.uniform(0.75, 1.25), (high, broad, 3)) * shade
        block = block + rgb("ff9a50") * np.linspace(0, 0.16, high, dtype=np.float32)[:, None, None] ** 1.5
        down, across = high // cells[0] + 1, broad // cells[1] + 1
        floor = rng.random((down, 1)) < 0.12
        on = (rng.random((down, across)) < bright * rng.uniform(0.4, 1.5)) | (
            floor & (rng.random((down, across)) < 0.8)
        )
        kind = np.where(rng.random((down, across)) < 0.7, int(rng.integers(0, 5)), rng.integers(0, 5, (down, across)))
        light = lamps[kind] * (on * rng.uniform(0.45, 1.0, (down, across)))[..., None]
        windows = np.zeros((down * cells[0], across * cells[1], 3), np.float32)
        for dy in range(cells[0] // 3, cells[0]):
            for dx in range(cells[1] // 3, cells[1]):
                windows[dy :: cells[0], dx :: cells[1]] = light
        canvas[top:foot, left:right] = np.maximum(block, windows[:high, :broad])
        style = rng.random()
        middle = (left + right) // 2
        if style < 0.35:
            canvas[max(0, top - high // 5) : top, middle - 1 : middle + 1] = rgb(wall) * 1.4
            canvas[max(0, top - high // 5 - 1) : max(2, top - high // 5 + 3), middle - 2 : middle + 2] = rgb("ff5040")
        elif style < 0.7:
            for step in range(1, 4):
                inset = step * broad // 9
                canvas[max(0, top - step * 9) : max(0, top - (step - 1) * 9), left + inset : right - inset] = (
                    rgb(wall) * 1.2
                )
        else:
            canvas[top : top + 3, left:right] = lamps[int(rng.integers(0, 5))] * 0.9
    return canvas


def skyline(seed: int) -> Image.Image:
    """A city of towers at night, mirrored in the river."""
    rng = np.random.default_rng(seed)
    river = 560
    canvas = gradient(HEIGHT, WIDTH, [(0, "0a1030"), (0.6, "1d2450"), (0.9, "5a3a5c"), (1, "a8604c")], river)
    canvas = glow(canvas, river, 640, 420, rgb("ff9a5a"), 0.35)
    canvas = towers(
        rng, canvas, river, count=34, tall=(120, 330), wide=(26, 50), wall="2a2c50", bright=0.25, pane=(5, 4)
    )
    canvas = towers(
        rng,
        canvas,
        river,
        count=22,
        tall=(110, 460),
        wide=(40, 74),
        wall="1a1c38",
        bright=0.38,
        pane=(7, 5),
        centre=0.55,
    )
    canvas = towers(
        rng, canvas, river, count=20, tall=(60, 150), wide=(50, 90), wall="12142a", bright=0.36, pane=(8, 6)
    )
    lamps = np.linspace(10, 1190, 46)
    canvas = lights(canvas, np.full(46, river - 6.0), lamps, rgb("ffcf80"), 3.0, 1.0)
    canvas = bloom(canvas, 0.45, 14, 0.7)
    canvas = water(canvas, river, rng, deep=rgb("070a1c"), chop=0.30, mirror=0.85, near=0.5)
    canvas[river:] = smear(canvas[river:], 24) * 0.4 + canvas[river:] * 0.75
    canvas[river - 3 : river + 2] *= 0.35
    return finish(canvas, rng, vignette=0.3)


def lights(canvas: Array, rows: Array, columns: Array, colour: Array, radius: float | Array, strength: float) -> Array:
    """Round lamps, each of its own or all of one radius."""
    y, x = grid(*canvas.shape[:2])
    light = np.zeros(canvas.shape[:2], np.float32)
    for row, column, size in zip(rows, columns, np.broadcast_to(radius, rows.shape), strict=True):
        reach = int(size * 6)
        top, left = max(0, int(row) - reach), max(0, int(column) - reach)
        part = np.s_[top : max(0, int(row) + reach), left : max(0, int(column) + reach)]
        far = np.hypot(y[part[0]] - row, x[:, part[1]] - column) / size
        light[part] = np.maximum(light[part], smoothstep(1.2, 0.7, far) + 0.45 * np.exp(-far))
    return screen(canvas, (light * strength)[..., None] * colour)


def smear(canvas: Array, length: int) -> Array:
    """Average over `length` rows, as a wet road draws lights out downwards."""
    total = np.cumsum(np.pad(canvas, ((length, 0), (0, 0), (0, 0)), mode="edge"), axis=0, dtype=np.float32)
    return np.asarray((total[length:] - total[:-length]) / length, np.float32)


def old_town(seed: int) -> Image.Image:
    """A castle above a hill of houses by the river, at the blue hour."""
    rng = np.random.default_rng(seed)
    river = 520
    canvas = gradient(HEIGHT, WIDTH, [(0, "101c48"), (0.6, "2f4484"), (0.9, "8f6f98"), (1, "e89a78")], river)
    rows, columns = grid(HEIGHT, WIDTH)
    hill = river - 40 - 190 * np.exp(-(((columns - 820) / 330) ** 2)) - 90 * np.exp(-(((columns - 150) / 260) ** 2))
    canvas = mix(canvas, rgb("1c2038"), smoothstep(-1, 1, rows - hill) * (rows < river))
    walls = [rgb(code) for code in ("8a6a50", "a07c58", "6c5a5c", "94705c", "b08a5e", "74687a")]
    places = sorted((float(rng.beta(1.2, 1.0)), float(rng.uniform(0, WIDTH))) for _ in range(330))
    for up, x in places:
        ground = float(hill[0, int(x)])
        foot = int(ground + up * (river - ground) + 10)
        size = 15 + 22 * up
        wide, tall = int(size * rng.uniform(0.8, 1.5)), int(size * rng.uniform(0.9, 1.7))
        foot = min(foot, river)
        part = np.s_[max(0, foot - tall) : foot, max(0, int(x) - wide // 2) : int(x) + wide // 2]
        wall = walls[int(rng.integers(0, 6))] * rng.uniform(0.35, 0.8)
        canvas[part] = wall * np.linspace(0.7, 1.25, canvas[part].shape[0], dtype=np.float32)[:, None, None]
        roof = max(2, tall // 4)
        for i in range(roof):
            inset = int((roof - i) / roof * wide * 0.3)
            canvas[
                max(0, foot - tall - roof + i),
                max(0, int(x) - wide // 2 + inset) : int(x) + wide // 2 - inset,
            ] = rgb("3a2430")
        for wy in range(foot - tall + 5, foot - 4, 9):
            for wx in range(int(x) - wide // 2 + 4, int(x) + wide // 2 - 4, 8):
                if rng.random() < 0.34 and 0 < wx < WIDTH - 4:
                    canvas[wy : wy + 4, wx : wx + 3] = rgb("ffd27a") * rng.uniform(0.7, 1.0)
    top = hill[0, 820]

    def castle(pen: ImageDraw.ImageDraw, s: float) -> None:
        for x, wide, tall in ((760, 130, 52), (720, 34, 86), (800, 40, 96), (850, 30, 74), (885, 26, 60)):
            pen.rectangle([(x - wide / 2) * s, (top - tall + 14) * s, (x + wide / 2) * s, (top + 30) * s], 255)
            for notch in np.arange(x - wide / 2, x + wide / 2, 10):
                pen.rectangle([notch * s, (top - tall + 8) * s, (notch + 5) * s, (top - tall + 15) * s], 255)

    stone = rgb("d8a460") * (1 + 0.12 * np.clip(fractal(rng, HEIGHT, WIDTH, 0.8), -2, 2))[..., None]
    canvas = mix(
        canvas,
        stone * np.clip(0.5 + (rows - top + 80) / 160, 0.5, 1)[..., None],
        drawn(HEIGHT, WIDTH, castle),
    )
    spots = rng.uniform(0, WIDTH, 90)
    canvas = lights(canvas, hill[0, spots.astype(int)] + rng.uniform(12, 60, 90), spots, rgb("ffc46a"), 1.6, 0.9)
    canvas[river - 9 : river] = rgb("4a3428")
    canvas = lights(canvas, np.full(40, river - 14.0), np.linspace(8, 1192, 40), rgb("ffd890"), 2.6, 1.0)

    canvas = bloom(canvas, 0.5, 14, 0.7)
    canvas = water(canvas, river, rng, deep=rgb("0c1430"), chop=0.26, mirror=0.85, near=0.55)
    canvas[river:] = smear(canvas[river:], 18) * 0.4 + canvas[river:] * 0.7
    return finish(canvas, rng, vignette=0.3)


def street(rng: np.random.Generator, height: int, width: int, vanish: tuple[int, int], *, lit: float) -> Array:
    """A street between high buildings at the blue hour, seen along its middle; wet where `lit` falls on it.

    Lengths are in half street widths: walls stand at -1 and 1, the eye is 0.22 above the road.
    """
    row0, column0 = vanish
    rows, columns = grid(height, width)
    canvas = gradient(height, width, [(0, "0c1a44"), (0.55, "2c4280"), (0.85, "8a7aa0"), (1, "f0a878")], row0)
    scale, eye = 0.62 * max(width, height) * 0.6, 0.22
    aside = np.where(np.abs(columns - column0) < 1, 1, columns - column0)
    for side in (-1, 1):
        z = scale / np.maximum(np.abs(aside), 3)
        part = (aside * side > 0) & (z < 26)
        h = (row0 - rows) / scale * z + eye
        bounds = np.cumsum(rng.uniform(0.35, 1.1, 60)) + 0.25
        building = np.searchsorted(bounds, z[0]) + 0 * rows.astype(int)
        count = len(bounds) + 1
        roof = rng.uniform(1.3, 3.6, count)[building] * (1 + 0.03 * z)
        wall = np.stack([rgb(code) for code in ("4a4656", "5c4a46", "6b5a50", "3c4460", "54506a", "74604e")])
        tone = (wall[rng.integers(0, 6, count)] * rng.uniform(0.45, 0.9, (count, 1)))[building]
        fine = rng.uniform(7.0, 14.0, count)[building]
        storey, bay = h * fine, (z + 0 * h) * fine * 1.3
        cell = (np.floor(storey).astype(int) * 131 + np.floor(bay).astype(int) * 17 + building * 37) % 4096
        on = (rng.random(4096) < lit)[cell] * rng.uniform(0.35, 1.0, 4096)[cell]
        lamps = np.stack([rgb(code) for code in ("ffd28a", "ffe4b8", "ffb860", "dfeaff", "ffc878")])
        lamp = lamps[rng.integers(0, 5, 4096)][cell]
        pane = (np.abs(storey % 1 - 0.5) < 0.30) & (np.abs(bay % 1 - 0.5) < 0.27) & (h > 0.3)
        # Far away a pixel holds several windows: show their average.
        size = np.clip(scale / z**2 / fine / 2.5, 0, 1) + 0 * h
        level = pane * on * size + (1 - size) * 0.30 * lit * (h > 0.3)
        face = tone * (0.55 + 0.35 * np.exp(-np.clip(h, 0, 9) * 1.1))[..., None] * np.where(pane, 0.55, 1.0)[..., None]
        face = face + lamp * level[..., None]
        shop = (h > 0.03) & (h < 0.19) & (np.abs(bay / 3 % 1 - 0.5) < 0.40)
        goods = 0.45 + 0.55 * rng.random(4096)[(np.floor(bay * 4).astype(int) + building * 7) % 4096]
        face = np.where(shop[..., None], rgb("ffd9a0") * goods[..., None], face)
        signs = np.stack([rgb(code) for code in ("ff4a4a", "38b8ff", "ffb030", "50e08a", "ff58b0", "ffffff")])
        board = np.floor(bay / 3).astype(int) * 29 + building * 7
        sign = (h > 0.205) & (h < 0.265) & (np.abs(bay / 3 % 1 - 0.5) < 0.36) & (rng.random(4096) < 0.7)[board % 4096]
        face = np.where(sign[..., None], signs[rng.integers(0, 6, 4096)[board % 4096]] * 0.85, face)
        haze = np.clip((z - 2) / 22, 0, 0.75) + 0 * h
        face = mix(face, rgb("c88e80"), haze)
        shown = part & (h < roof) & (h > 0)
        canvas = mix(canvas, face, shown.astype(np.float32))
    z = eye * scale / np.clip(rows - row0, 0.5, None)  # type: ignore[assignment]
    x = aside / scale * z
    road = (rows > row0) & (np.abs(x) < 1)
    asphalt = rgb("24242e") * (1 + 0.10 * np.clip(fractal(rng, height, width, 0.4), -2, 2))[..., None]
    stripe = (np.abs(np.abs(x) - 0.012) < 0.005) | ((np.abs(np.abs(x) - 0.33) < 0.006) & (z * 1.6 % 1 < 0.5))
    asphalt = np.where(stripe[..., None], rgb("b8a878"), asphalt)
    asphalt = np.where((np.abs(x) > 0.68)[..., None], rgb("4a4448"), asphalt)
    asphalt = mix(asphalt, rgb("d8906c"), np.clip((z - 1) / 14, 0, 0.7) + 0 * x)
    canvas = mix(canvas, asphalt, road.astype(np.float32))
    for code, lane in (("ff2a1c", 1), ("fff0d0", -1)):
        depth = np.repeat(rng.uniform(1.1, 14, 30), 2)
        middle = np.repeat(lane * rng.choice([0.17, 0.50], 30) + rng.normal(0, 0.02, 30), 2)
        column = column0 + (middle + np.tile([-0.055, 0.055], 30)) * scale / depth
        row = row0 + (eye - 0.07) * scale / depth
        canvas = lights(canvas, row, column, rgb(code), 0.016 * scale / depth + 0.8, 0.95)
    depth = np.repeat(np.arange(12.0, 0.8, -0.7), 2)
    column = column0 + np.resize([-0.72, 0.72], len(depth)) * scale / depth
    canvas = lights(canvas, row0 - 0.30 * scale / depth, column, rgb("ffd898"), 0.018 * scale / depth + 0.8, 0.95)
    canvas = bloom(canvas, 0.5, 18, 0.7)
    wet = smear(canvas[2 * row0 - height : row0][::-1] if 2 * row0 >= height else canvas[:row0][::-1], 40)
    gloss = np.zeros_like(canvas)
    gloss[row0 : row0 + len(wet)] = wet[: height - row0]
    return screen(canvas, gloss * (0.55 * road)[..., None])


def avenue(seed: int) -> Image.Image:
    """Cars and shop windows between high buildings."""
    rng = np.random.default_rng(seed)
    return finish(street(rng, HEIGHT, WIDTH, (510, 610), lit=0.42), rng, vignette=0.3)


def rainy_street(seed: int) -> Image.Image:
    """An umbrella on a wet street."""
    rng = np.random.default_rng(seed)
    width, height = HEIGHT, WIDTH
    rows, columns = grid(height, width)
    canvas = street(rng, height, width, (640, 420), lit=0.4)
    canvas = blur(canvas, 2.5)
    gleam = np.clip(fractal(rng, height, width, 1.0, 0.5), -2, 2)
    x, foot = 330, 1010

    def walker(pen: ImageDraw.ImageDraw, s: float) -> None:
        pen.polygon(
            [((x + a) * s, (foot + b) * s) for a, b in ((-44, -300), (44, -300), (62, -105), (-62, -105))],
            255,
        )
        pen.ellipse([(x - 26) * s, (foot - 362) * s, (x + 26) * s, (foot - 300) * s], 255)
        for a, b in ((-26, -34), (22, 40)):
            pen.line([((x + a) * s, (foot - 120) * s), ((x + b) * s, foot * s)], 255, int(24 * s))
            pen.ellipse([(x + b - 10) * s, (foot - 10) * s, (x + b + 26) * s, (foot + 8) * s], 255)
        pen.line([((x + 52) * s, (foot - 230) * s), ((x + 40) * s, (foot - 540) * s)], 255, int(6 * s))
        pen.line([((x + 30) * s, (foot - 290) * s), ((x + 52) * s, (foot - 230) * s)], 255, int(22 * s))

    figure = drawn(height, width, walker)
    fade = np.clip(1 - (rows - foot) / 260, 0, 1) * (rows > foot)
    canvas = mix(
        canvas,
        rgb("0a0c16"),
        sample(figure, np.clip(2 * foot - rows, 0, height - 1), columns + 6 * gleam.mean()) * fade * 0.7,
    )
    canvas = mix(canvas, rgb("10121e"), figure)
    across = (columns - x - 40) / 175
    dome = foot - 380 - 165 * np.sqrt(np.clip(1 - across**2, 0, 1))
    hem = foot - 380 + 14 * np.abs(np.sin(across * np.pi * 2)) - 12
    cover = smoothstep(-1, 1, rows - dome) * smoothstep(1, -1, rows - hem) * (np.abs(across) < 1)
    rib = 1 - 0.25 * np.abs(np.cos(across * np.pi * 2)) ** 12
    shine = (0.55 + 0.45 * np.clip(0.6 - across, 0, 1.2)) * rib * (1.1 - 0.5 * np.clip((rows - dome) / 170, 0, 1))
    canvas = mix(canvas, rgb("c8202c") * shine[..., None], cover)
    streak = fractal(rng, height, width, 0.0)
    rain = np.clip(smear(np.roll(streak, 1, 1)[..., None], 26)[..., 0] * 5 - 1.5, 0, 1)
    return finish(screen(canvas, rain[..., None] * rgb("c8d4f0") * 0.18), rng, vignette=0.35)


def fireworks(seed: int) -> Image.Image:
    """New Year over the harbour."""
    rng = np.random.default_rng(seed)
    river = 620
    canvas = gradient(HEIGHT, WIDTH, [(0, "05060f"), (0.8, "141630"), (1, "33243c")], river)
    burst = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(burst)
    shells = (
        (330, 210, 190, "ffb040"),
        (640, 150, 150, "ff4a5a"),
        (900, 250, 200, "7ac8ff"),
        (520, 350, 110, "b07aff"),
        (1060, 130, 90, "fff0c0"),
        (120, 330, 90, "6aff9a"),
    )
    for x, y, reach, code in shells:
        colour = rgb(code)
        for _ in range(int(70 + reach * 0.6)):
            turn, share = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0.25, 1.0))
            path = []
            for t in np.linspace(0.12, 1, 22):
                path.append(
                    (
                        x + np.cos(turn) * reach * share * t,
                        y + np.sin(turn) * reach * share * t + 50 * t * t * reach / 190,
                    )
                )
            for i in range(21):
                t = i / 21
                level = (0.15 + 0.85 * t) * (0.6 + 0.4 * rng.random())
                tone = colour * (1 - 0.35 * (1 - t)) + 0.35 * (1 - t)
                pen.line([path[i], path[i + 1]], tuple(int(255 * v) for v in np.clip(tone * level, 0, 1)), 2)
            px, py = path[-1]
            pen.ellipse([px - 2, py - 2, px + 2, py + 2], tuple(int(255 * v) for v in np.clip(colour + 0.3, 0, 1)))
    smoke = np.clip(fractal(rng, HEIGHT, WIDTH, 1.6), 0, 2)
    trails = np.asarray(burst, np.float32) / 255
    canvas = screen(canvas, blur(trails, 40) * (0.9 + 0.6 * smoke)[..., None])
    canvas = screen(canvas, blur(trails, 5) * 0.9)
    canvas = screen(canvas, trails)
    canvas = towers(
        rng,
        canvas,
        river,
        count=30,
        tall=(40, 150),
        wide=(30, 60),
        wall="0f1022",
        bright=0.36,
        pane=(6, 5),
        centre=0.6,
    )
    canvas = lights(canvas, np.full(30, river - 5.0), np.linspace(10, 1190, 30), rgb("ffcf80"), 2.4, 1.0)
    canvas = water(canvas, river, rng, deep=rgb("04050c"), chop=0.3, mirror=0.9, near=0.5)
    canvas[river:] = smear(canvas[river:], 14) * 0.5 + canvas[river:] * 0.6
    return finish(canvas, rng)


def stars(rng: np.random.Generator, height: int, width: int, count: int) -> Array:
    """A field of stars, few bright and many faint."""
    light = np.zeros((height, width, 3), np.float32)
    rows, columns = rng.integers(1, height - 1, count), rng.integers(1, width - 1, count)
    level = np.minimum(rng.pareto(1.6, count) * 0.10 + 0.05, 1.6)
    warm = rng.normal(0, 0.10, (count, 1)) * np.array([1.0, 0.1, -1.0])
    light[rows, columns] = np.clip(level[:, None] * (1 + warm), 0, 2)
    bright = np.clip(light - 0.45, 0, 1)
    return np.clip(light + blur(bright, 1.4) * 5 + blur(bright, 5) * 8, 0, 1)


def milky_way(seed: int) -> Image.Image:
    """The Milky Way over a ridge of firs."""
    rng = np.random.default_rng(seed)
    width, height = HEIGHT, WIDTH
    rows, columns = grid(height, width)
    canvas = gradient(
        height,
        width,
        [(0, "060a1e"), (0.5, "101c40"), (0.8, "2c4068"), (0.92, "5a6480"), (1, "9a8478")],
        1000,
    )
    along = (columns - 400) * 0.92 + (rows - 450) * 0.40
    cloud = fractal(rng, height, width, 1.35)
    fine = fractal(rng, height, width, 0.9)
    band = np.exp(-(((along + 26 * cloud) / 130) ** 2))
    dust = smoothstep(
        0.1, 1.5, fractal(rng, height, width, 1.3) + 1.1 * np.exp(-(((along - 18 + 22 * cloud) / 42) ** 2))
    )
    fade = smoothstep(1020, 600, rows + 0 * columns)
    glowing = band * (0.62 + 0.18 * cloud + 0.10 * fine) * (1 - 0.72 * dust * band) * fade
    tint = mix(np.broadcast_to(rgb("8aa4e0"), canvas.shape), rgb("ffd0b0"), np.clip(band * band * 0.9, 0, 1))
    canvas = screen(canvas, tint * glowing[..., None] * 0.75)
    canvas = screen(canvas, stars(rng, height, width, 5200) * (0.35 + 0.65 * fade)[..., None])
    canvas = screen(canvas, stars(rng, height, width, 9000) * (band * fade * 0.9)[..., None])
    ridge = 985 - 70 * np.exp(-(((columns - 640) / 260) ** 2)) + 10 * fractal(rng, 2, 2048, 1.3)[0, :width][None, :]
    canvas = mix(canvas, rgb("1a2236"), smoothstep(-1, 1, rows - ridge))

    def trees(pen: ImageDraw.ImageDraw, s: float) -> None:
        for x, foot, tall in sorted(
            ((rng.uniform(-20, 820), rng.uniform(1080, 1200), rng.uniform(80, 330)) for _ in range(70)),
            key=lambda t: t[2],
        ):
            for i in range(14):
                t = i / 14
                half, y = tall * 0.17 * (t + 0.05) * rng.uniform(0.8, 1.1), foot - tall * (1 - t)
                pen.polygon(
                    [
                        (x * s, (y - tall * 0.06) * s),
                        ((x - half) * s, (y + tall * 0.05) * s),
                        ((x + half) * s, (y + tall * 0.05) * s),
                    ],
                    255,
                )
            pen.rectangle([0, 1150 * s, width * s, height * s], 255)

    return finish(mix(canvas, rgb("070a14"), drawn(height, width, trees)), rng)


def northern_lights(seed: int) -> Image.Image:
    """Green curtains over a fjord with snowy hills."""
    rng = np.random.default_rng(seed)
    shore = 560
    rows, columns = grid(HEIGHT, WIDTH)
    canvas = gradient(HEIGHT, WIDTH, [(0, "050a1c"), (0.7, "0e2440"), (1, "1f4a5c")], shore)
    canvas = screen(canvas, stars(rng, HEIGHT, WIDTH, 2600) * 0.8)
    for offset, swing, reach, strength in ((330, 90, 300, 0.95), (420, 60, 230, 0.55), (250, 120, 260, 0.6)):
        wander = fractal(rng, 2, 2048, 1.9)[0, :WIDTH]
        low = offset + swing * wander[None, :] + 30 * np.sin(columns / 170 + offset)
        rays = fractal(rng, 2, 2048, 0.75)[0, :WIDTH][None, :]
        up = (low - rows) / reach
        sheet = (
            np.clip(0.62 + 0.22 * rays, 0.1, 1.3)
            * smoothstep(-0.16, 0.10, up)
            * np.exp(-np.clip(up, 0, None) * (2.1 - 0.4 * rays))
        )
        colour = mix(np.broadcast_to(rgb("3dff9a"), canvas.shape), rgb("a04ae0"), smoothstep(0.35, 1.3, up))
        light = sheet * strength
        canvas = screen(canvas, colour * light[..., None] * 0.8)
        canvas = screen(canvas, colour * blur(np.clip(light, 0, 1), 60)[..., None] * 0.6)
    canvas = screen(canvas, (0.30 * smoothstep(200, shore, rows + 0 * columns))[..., None] * rgb("2fae7c"))
    for base, tall, tone in ((shore, 150, "1d3550"), (shore, 80, "122438")):
        crest = base - tall * np.clip(0.7 + 0.4 * fractal(rng, 2, 2048, 1.5)[0, :WIDTH], 0.1, 2)[None, :]
        down = (rows - crest) / tall
        snow = smoothstep(0.5, -0.1, down + 0.28 * np.clip(fractal(rng, HEIGHT, WIDTH, 1.1, 1.4), -2, 2))
        slope = mix(np.broadcast_to(rgb(tone), canvas.shape), rgb("7fc0b0"), snow * 0.62)
        canvas = mix(canvas, slope, smoothstep(-1, 1, rows - crest) * (rows < shore))
    count = 12
    canvas = lights(canvas, np.full(count, shore - 8.0), rng.uniform(700, 900, count), rgb("ffce80"), 1.8, 1.0)
    return finish(water(canvas, shore, rng, deep=rgb("06121e"), chop=0.16, mirror=0.9, near=0.6), rng)
