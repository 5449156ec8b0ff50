"""Painted scenes of the country: mountains, woods, fields, a desert."""

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
    lit,
    look,
    mix,
    rgb,
    ridges,
    sample,
    screen,
    smoothstep,
)


def alps(
    rng: np.random.Generator,
    *,
    peaks: tuple[tuple[int, int, float, float], ...],
    sun: tuple[float, float, float],
    sunlit: str = "fffaf2",
    shaded: str = "7f9ccb",
) -> tuple[Array, Array, Array]:
    """Snowy mountains as (canvas, mask of the ground, distance).

    `peaks` are (depth, aside, height, width) in cells of the height map.
    """
    n = 1024
    rock = ridges(rng, n, 5)
    rows, columns = grid(n, n)
    heights = 34 * rock
    for depth, aside, tall, wide in peaks:
        distance = np.hypot(rows - depth, columns - n // 2 - aside)
        heights = heights + tall * np.clip(1 - distance / wide, 0, 1) ** 1.25 * (0.72 + 0.5 * rock)
    light = lit(heights, sun, 120)
    down, right = np.gradient(heights)
    rough = fractal(rng, n, n, 0.8)
    stone = smoothstep(1.55, 2.1, np.hypot(down, right) + 0.2 * rough - heights * 0.001)
    view = look(heights, HEIGHT, WIDTH, horizon=560, eye=(0, n / 2, 70), far=980, zoom=1.1, near=30)
    shade = sample(light, view.row, view.column)
    fine = sample(rough, view.row * 5, view.column * 5 + view.depth)
    blank = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    snow = mix(blank + rgb(shaded), rgb(sunlit), smoothstep(0.0, 0.75, shade + 0.03 * fine))
    bare = mix(blank + rgb(shaded) * 0.5, rgb(sunlit) * 0.6, np.clip(shade + 0.12 * fine, 0, 1))
    ground = mix(snow, bare, np.clip(sample(stone, view.row, view.column) * (1 + 0.2 * fine), 0, 1))
    return ground, view.hit, view.depth


def mountains(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    peaks = ((560, -40, 235.0, 300.0), (760, 300, 170.0, 300.0), (680, -380, 150.0, 280.0))
    ground, hit, depth = alps(rng, peaks=peaks, sun=(-0.55, -1, 0.8))
    sky = gradient(HEIGHT, WIDTH, [(0, "1d59a6"), (0.6, "6fa6da"), (1, "d3e6f4")], 560)
    layer = clouds(rng, HEIGHT, WIDTH, 620, cover=-0.2, slope=1.7, soft=1.8, stretch=0.5)
    sky = mix(sky, rgb("ffffff"), layer.density * 0.75)
    ground = mix(ground, rgb("b4cce6"), 0.75 * (1 - np.exp(-depth / 1500)))
    return finish(mix(sky, ground, hit), rng)


def alpenglow(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    peaks = ((640, -260, 210.0, 300.0), (600, 150, 190.0, 260.0), (700, 430, 200.0, 260.0))
    ground, hit, depth = alps(rng, peaks=peaks, sun=(-0.5, 1, 0.42), sunlit="ffc9a8", shaded="6477ae")
    sky = gradient(HEIGHT, WIDTH, [(0, "5b7fc0"), (0.5, "b3a9d6"), (0.8, "f3c0c0"), (1, "ffe0cc")], 560)
    ground = mix(ground, rgb("b9b4dc"), 0.8 * (1 - np.exp(-depth / 1200)))
    return finish(mix(sky, ground, hit), rng)


def firs(
    rng: np.random.Generator,
    canvas: Array,
    foot: Array,
    *,
    count: int,
    size: float,
    colour: Array,
    snow: float,
) -> Array:
    """Fir trees standing along the line `foot` (a row for each column), carrying snow."""
    height, width = canvas.shape[:2]
    trees = sorted((float(rng.uniform(-20, width + 20)), float(rng.uniform(0.55, 1.0))) for _ in range(count))
    needles = np.clip(fractal(rng, height, width, 0.7, 0.8), -2, 2)

    def shapes(pen: ImageDraw.ImageDraw, s: float) -> None:
        for x, share in trees:
            base, tall = float(foot[int(np.clip(x, 0, width - 1))]) + 6, size * share
            tiers = 13
            left, right = [], []
            for i in range(tiers * 2 + 1):
                t = i / (tiers * 2)
                half = tall * 0.20 * t * (1.0 if i % 2 else 0.62)
                left.append(((x - half) * s, (base - tall * (1 - t) + (tall * 0.02 if i % 2 else 0)) * s))
                right.append(((x + half) * s, (base - tall * (1 - t) + (tall * 0.02 if i % 2 else 0)) * s))
            pen.polygon(left + right[::-1], 255)

    mask = drawn(height, width, shapes)
    edge = np.clip(mask - np.roll(mask, 3, 0), 0, 1) + np.clip(mask - np.roll(mask, (5, 4), (0, 1)), 0, 1) * 0.6
    white = np.clip(edge + smoothstep(0.6, 1.6, needles + 0.5) * 0.8, 0, 1) * snow
    tree = mix(colour * (1 + 0.35 * needles[..., None]), rgb("eef4fc"), white)
    return mix(canvas, tree, mask)


def winter_valley(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    peaks = ((700, -120, 230.0, 320.0), (640, 320, 170.0, 240.0), (760, -420, 220.0, 300.0))
    ground, hit, depth = alps(rng, peaks=peaks, sun=(-0.7, 0.9, 0.7))
    sky = gradient(HEIGHT, WIDTH, [(0, "3b78c2"), (0.6, "8dbbe6"), (1, "dcebf7")], 560)
    canvas = mix(sky, mix(ground, rgb("bcd3ec"), 0.8 * (1 - np.exp(-depth / 1300))), hit)
    x = np.arange(WIDTH)
    for base, count, size, tone in (
        (560, 120, 60, "54708c"),
        (620, 80, 110, "35506a"),
        (700, 36, 210, "1f3646"),
    ):
        foot = base + 26 * fractal(rng, 2, 2048, 1.8)[0, :WIDTH] + 50 * np.abs(x / WIDTH - 0.55)
        rows, _ = grid(HEIGHT, WIDTH)
        bank = mix(
            np.broadcast_to(rgb("a9c0e0"), canvas.shape),
            rgb("fbfcff"),
            smoothstep(60, 0, rows - foot[None, :]),
        )
        canvas = firs(rng, canvas, foot, count=count, size=size, colour=rgb(tone), snow=0.75)
        canvas = mix(canvas, bank, smoothstep(-2, 5, rows - foot[None, :]))
    return finish(canvas, rng)


def meadow(seed: int) -> Image.Image:
    """A green field under a blue sky with one tree."""
    rng = np.random.default_rng(seed)
    horizon = 500
    canvas = daylight(rng, horizon + 40)
    n = 1024
    heights = (14 * fractal(rng, n, n, 2.4)).astype(np.float32)
    view = look(heights, HEIGHT, WIDTH, horizon=430, eye=(0, n / 2, 34), far=1000, zoom=1.0, near=16)
    light = sample(lit(heights, (0.2, -1, 0.7), 30), view.row, view.column)
    patch = sample(fractal(rng, n, n, 1.5), view.row * 0.5, view.column * 0.5)
    blades = sample(fractal(rng, n, n, 0.35), view.row * 9, view.column * 9)
    near = np.exp(-view.depth / 120)
    green = mix(np.broadcast_to(rgb("4d8a2e"), canvas.shape), rgb("b5c94e"), np.clip(0.45 + 0.22 * patch, 0, 1))
    green = green * (0.62 + 0.5 * light + (0.05 + 0.13 * near) * blades)[..., None]
    flowers = smoothstep(2.2, 2.6, blades + 0.3 * patch) * smoothstep(0.12, 0.5, near)
    green = mix(green, rgb("fff4a8"), flowers)
    green = mix(green, rgb("b9d3e6"), 0.85 * (1 - np.exp(-view.depth / 1400)))
    canvas = mix(canvas, green, view.hit)
    row = float(np.argmax(view.hit[:, 830] > 0)) + 26
    return finish(leafy(rng, canvas, 830, row, 300, ("1f4a1c", "3f7d2a", "a9c24f")), rng)


def leafy(
    rng: np.random.Generator,
    canvas: Array,
    column: float,
    row: float,
    tall: float,
    leaves: tuple[str, str, str],
) -> Array:
    """A broad-leaved tree whose foot is at (row, column); `leaves` from shade to sun."""
    height, width = canvas.shape[:2]
    tips: list[tuple[float, float]] = []
    wood: list[tuple[float, float, float, float, float]] = []

    def grow(x: float, y: float, angle: float, length: float, thick: float, depth: int) -> None:
        x1, y1 = x + np.cos(angle) * length, y - np.sin(angle) * length
        wood.append((x, y, x1, y1, thick))
        if depth <= 3:
            tips.append((x1, y1))
        if depth:
            for turn in (-1, 1) if depth % 2 else (-1, 0.15, 1):
                bend = turn * rng.uniform(0.25, 0.62)
                grow(x1, y1, angle + bend, length * rng.uniform(0.68, 0.84), thick * 0.66, depth - 1)

    grow(column, row, np.pi / 2, tall * 0.26, tall * 0.055, 6)

    def limbs(pen: ImageDraw.ImageDraw, s: float) -> None:
        for x, y, x1, y1, thick in wood:
            pen.line([(x * s, y * s), (x1 * s, y1 * s)], 255, max(1, int(thick * s)))

    bark = np.clip(fractal(rng, height, width, 0.9, 2.5), -2, 2)
    canvas = mix(canvas, rgb("3b2d24") * (1 + 0.2 * bark[..., None]), drawn(height, width, limbs))
    image = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(image)
    places = np.array(tips, np.float32)
    centre, spread = places.mean(0), places.std(0) + 1
    count = 15000
    at = places[rng.integers(0, len(places), count)] + rng.normal(0, tall * 0.030, (count, 2))
    toward = ((at - centre) / spread) @ np.array([-0.45, -0.6])
    sunny = np.clip(0.42 + 0.24 * toward + rng.normal(0, 0.16, count), 0, 1)
    order = np.argsort(sunny + rng.normal(0, 0.25, count))
    shades = np.stack([rgb(code) for code in leaves])
    colours = np.stack([np.interp(sunny, (0, 0.5, 1), shades[:, i]) for i in range(3)], 1)
    size = tall * 0.0085
    for i in order:
        x, y = at[i]
        r = size * (0.7 + 0.6 * ((i * 7919) % 100) / 100)
        colour = tuple(int(255 * value) for value in colours[i])
        pen.ellipse([x - r, y - r * 0.8, x + r, y + r * 0.8], (*colour, 255))
    painted = np.asarray(image, np.float32) / 255
    return mix(canvas, painted[..., :3], painted[..., 3])


def autumn(seed: int) -> Image.Image:
    """Maples in full colour over a path covered with leaves."""
    rng = np.random.default_rng(seed)
    canvas = gradient(HEIGHT, WIDTH, [(0, "b9cfe2"), (0.6, "f3e4c4"), (1, "f0c070")], 480)
    rows, columns = grid(HEIGHT, WIDTH)
    for base, tone, tall in ((430, "d9a860", 130), (455, "c07a3c", 170)):
        crest = base - tall * (0.75 + 0.12 * fractal(rng, 2, 2048, 1.0)[0, :WIDTH])[None, :]
        tuft = np.clip(fractal(rng, HEIGHT, WIDTH, 0.9), -2, 2)
        canvas = mix(canvas, rgb(tone) * (1 + 0.13 * tuft[..., None]), smoothstep(-6, 6, rows - crest + 9 * tuft))
    depth = 1 / np.clip((rows - 440) / 360, 0.02, None)
    litter = sample(fractal(rng, 512, 512, 0.3), depth * 420, (columns - 600) * depth * 0.9)
    patch = sample(fractal(rng, 512, 512, 1.2), depth * 60, (columns - 600) * depth * 0.12)
    ground = mix(
        np.broadcast_to(rgb("8a4a1e"), canvas.shape),
        rgb("f0a83a"),
        np.clip(0.45 + 0.26 * litter + 0.15 * patch, 0, 1),
    )
    path = smoothstep(1.15, 0.85, np.abs((columns - 600 - 60 * np.sin(depth * 0.6)) * depth / 300))
    ground = mix(ground, rgb("9a8268") * (1 + 0.10 * litter[..., None]), path * 0.7)
    canvas = mix(canvas, ground, smoothstep(438, 446, rows + 0 * columns))
    red, gold, rust = (
        ("5e1410", "c8321c", "ff8a3a"),
        ("8a4a08", "e8a018", "ffe26a"),
        ("6a2408", "d8641a", "ffb648"),
    )
    trees = (
        (420, 470, 260, gold),
        (800, 468, 270, red),
        (250, 530, 440, rust),
        (960, 545, 470, gold),
        (60, 640, 640, red),
        (1150, 650, 620, rust),
    )
    for column, row, tall, leaves in trees:
        shade = np.exp(
            -((((columns - column - 20) / (tall * 0.42)) ** 2 + ((rows - row - 4) / (tall * 0.07)) ** 2) ** 2)
        )
        canvas = mix(canvas, rgb("3a1c0e"), shade * 0.45)
        canvas = leafy(rng, canvas, column, row, tall, leaves)
    canvas = glow(canvas, 260, 600, 260, rgb("fff0c0"), 0.45)
    return finish(canvas, rng)


def forest(seed: int) -> Image.Image:
    """Tall trunks in morning mist, sunbeams between them."""
    rng = np.random.default_rng(seed)
    width, height = HEIGHT, WIDTH
    rows, columns = grid(height, width)
    canvas = gradient(
        height, width, [(0, "8fae6a"), (0.35, "e6efc0"), (0.62, "d3deb0"), (0.72, "7c9a52"), (1, "1f3416")]
    )
    fern = np.clip(fractal(rng, height, width, 0.8, 0.8), -2, 2)
    canvas = canvas * (1 + (0.18 * smoothstep(780, 1100, rows + 0 * columns) + 0.02)[..., None] * fern[..., None])
    mist = rgb("dfe9c4")
    for layer, (count, wide, foot, clear) in enumerate(
        ((34, 9, 830, 0.18), (22, 16, 870, 0.38), (13, 27, 930, 0.62), (6, 52, 1060, 0.95))
    ):
        slots = (np.arange(count) + rng.uniform(0.1, 0.9, count)) * width / count
        bark = np.clip(fractal(rng, height, width, 0.9, 4.0), -2, 2)
        tone = mix(
            np.broadcast_to(mist, canvas.shape),
            rgb("2c2419") * (1 + 0.28 * bark[..., None]),
            np.full((height, width), clear, np.float32),
        )
        for slot in slots:
            if layer == 3 and abs(slot - 400) < 150:
                continue
            girth = wide * rng.uniform(0.7, 1.3)
            lean = rng.normal(0, 0.012)
            half = girth * (0.42 + 0.22 * (rows / height) + 0.35 * smoothstep(foot - girth * 2.2, foot, rows))
            middle = slot + lean * (rows - foot)
            reach = int(girth * 1.6) + 16
            part = np.s_[:, max(0, int(slot) - reach) : int(slot) + reach]
            aside = columns[part] - middle
            mask = smoothstep(1.5, -1.5, np.abs(aside) - half) * smoothstep(4, -4, rows - foot - rng.uniform(-14, 14))
            side = np.clip(aside / girth, -0.6, 0.6)
            canvas[part] = mix(canvas[part], tone[part] * (1 - 0.35 * side * clear)[..., None], mask)
        leaf = fractal(rng, height, width, 1.05)
        crown = smoothstep(0.2, 0.9, leaf + 1.5 * (1 - rows / (240 + 60 * layer)) - 0.3)
        dapple = np.clip(fractal(rng, height, width, 0.5), -2, 2)
        green = mix(
            np.broadcast_to(mist, canvas.shape),
            rgb("43702a") * (1 + 0.35 * dapple[..., None]),
            np.full((height, width), 0.3 + 0.62 * clear, np.float32),
        )
        canvas = mix(canvas, green, crown * 0.9)
        bush = smoothstep(-8, 14, rows - (foot + 26 + 24 * fractal(rng, 2, 2048, 1.1)[0, :width][None, :]) + 10 * fern)
        bushes = mix(
            np.broadcast_to(mist, canvas.shape),
            rgb("3f6a26") * (1 + 0.35 * dapple[..., None]),
            np.full((height, width), 0.25 + 0.7 * clear, np.float32),
        )
        canvas = mix(canvas, bushes * (1 - 0.35 * smoothstep(foot, 1250, rows + 0 * columns))[..., None], bush)
    turn = np.arctan2(columns - 470, rows + 260)
    beams = sample(fractal(rng, 2, 1024, 1.1), np.zeros_like(turn), turn * 330)
    falls = smoothstep(0.1, 1.7, beams) * np.exp(-(((columns - 400) / 330) ** 2)) * smoothstep(1150, 250, rows)
    canvas = screen(canvas, falls[..., None] * rgb("fff3c0") * 0.5)
    return finish(canvas, rng)


def lavender(seed: int) -> Image.Image:
    """Rows of lavender running to the hills at the end of the day."""
    rng = np.random.default_rng(seed)
    horizon = 330
    canvas = gradient(HEIGHT, WIDTH, [(0, "5f8fcf"), (0.7, "c9d6ea"), (1, "ffe6c2")], horizon)
    layer = clouds(rng, HEIGHT, WIDTH, horizon, cover=-0.3, slope=1.7, soft=1.2)
    canvas = mix(canvas, rgb("fff4ea"), layer.density * 0.85)
    rows, columns = grid(HEIGHT, WIDTH)
    for base, tone, tall in (
        (horizon + 4, "a9b4d0", 90),
        (horizon + 6, "8596a8", 50),
        (horizon + 8, "65805a", 22),
    ):
        crest = base - tall * np.clip(0.6 + 0.28 * fractal(rng, 2, 2048, 1.9)[0, :WIDTH], 0.1, 2)[None, :]
        canvas = mix(canvas, rgb(tone), smoothstep(-1.5, 1.5, rows - crest))
    p = np.clip((rows - horizon) / (HEIGHT - horizon), 0.004, None)
    depth = 1 / p
    x = (columns - 640) / 600 * depth * 2.0
    bulge = np.cos(x * np.pi * 1.15)
    tuft = sample(fractal(rng, 512, 512, 0.45), depth * 300, x * 120)
    broad = sample(fractal(rng, 512, 512, 1.3), depth * 60, x * 30)
    row_mask = smoothstep(-0.75, 0.1, bulge + 0.22 * tuft)
    flower = mix(
        np.broadcast_to(rgb("4b2f86"), canvas.shape),
        rgb("b48ae0"),
        np.clip(0.42 + 0.33 * bulge + 0.16 * tuft, 0, 1),
    )
    flower = mix(flower, rgb("e8b8d8"), np.clip(0.10 + 0.1 * broad, 0, 0.4))
    soil = rgb("5f5238") * (1 + 0.15 * tuft[..., None]) + rgb("2f4a1c") * 0.25
    field = mix(soil, flower, row_mask)
    field = mix(field, rgb("c9b4d8"), 0.7 * np.exp(-p * 9))
    canvas = mix(canvas, field, smoothstep(horizon + 4, horizon + 7, rows + 0 * columns))
    canvas = leafy(rng, canvas, 905, horizon + 26, 150, ("1f3a1c", "3f6a2a", "9ab04f"))
    canvas = glow(canvas, horizon - 20, 200, 300, rgb("ffd9a0"), 0.5)
    return finish(canvas, rng)


def dunes(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    n = 1024
    bend = fractal(rng, n, n, 2.4)
    rows, columns = grid(n, n)
    phase = (columns * 5 + rows * 3) / n + 0.55 * bend
    wave = phase % 1
    crest = np.where(wave < 0.72, (wave / 0.72) ** 1.5, ((1 - wave) / 0.28) ** 1.1).astype(np.float32)
    heights = blur(crest, 2.0) * 46 + 9 * bend
    ripple = fractal(rng, n, n, 0.9, 0.4)
    view = look(heights, HEIGHT, WIDTH, horizon=330, eye=(200, 500, 88), far=1000, zoom=1.0, near=20)
    light = sample(lit(heights, (-0.25, 1, 0.55), 60), view.row, view.column)
    fine = sample(ripple, view.row * 6, view.column * 6) * np.exp(-view.depth / 220)
    sand = mix(
        np.broadcast_to(rgb("8a3f22"), (HEIGHT, WIDTH, 3)),
        rgb("ffbe72"),
        np.clip(light * 1.35 + 0.07 * fine, 0, 1),
    )
    sand = mix(sand, rgb("f2cfa4"), 0.8 * (1 - np.exp(-view.depth / 1300)))
    sky = gradient(HEIGHT, WIDTH, [(0, "2f6db4"), (0.7, "9cc4e2"), (1, "f5e3c6")], 380)
    return finish(mix(sky, sand, view.hit), rng)


def balloons(seed: int) -> Image.Image:
    """Hot-air balloons over a valley at sunrise."""
    rng = np.random.default_rng(seed)
    n = 1024
    heights = 52 * ridges(rng, n, 9) + 10 * fractal(rng, n, n, 2.2)
    view = look(heights.astype(np.float32), HEIGHT, WIDTH, horizon=520, eye=(100, 500, 82), far=900, zoom=1.0, near=30)
    light = sample(lit(heights.astype(np.float32), (0.5, -1, 0.5), 80), view.row, view.column)
    rock = mix(np.broadcast_to(rgb("6f5468"), (HEIGHT, WIDTH, 3)), rgb("f0b884"), light)
    rock = mix(rock, rgb("f5d3b8"), 0.9 * (1 - np.exp(-view.depth / 520)))
    sky = gradient(HEIGHT, WIDTH, [(0, "6f9ad0"), (0.6, "c6d4e6"), (0.9, "ffdcb4"), (1, "ffe9cc")], 560)
    canvas = mix(sky, rock, view.hit)
    canvas = glow(canvas, 520, 180, 260, rgb("fff0c8"), 0.7)
    paints = (
        ("d8322e", "ffd23a"),
        ("2a5fb8", "f5f0e6"),
        ("e8801a", "8a2a5c"),
        ("2f8a5a", "ffe26a"),
        ("7a3fa0", "ffb648"),
    )
    flight = (
        (990, 420, 30),
        (560, 330, 38),
        (150, 360, 42),
        (1085, 210, 62),
        (330, 150, 80),
        (760, 300, 175),
    )
    rows, columns = grid(HEIGHT, WIDTH)
    for i, (x, y, radius) in enumerate(flight):
        v = (rows - y) / radius
        lower = np.clip(v / 1.45, 0, 1)
        half = np.where(v < 0, np.sqrt(np.clip(1 - v * v, 0, 1)), np.clip(1 - lower**1.9 * 0.84, 0, 1)) * radius
        inside = smoothstep(1.2, -1.2, np.abs(columns - x) - half) * (v > -1) * (v < 1.45)
        angle = np.arcsin(np.clip((columns - x) / np.maximum(half, 1), -1, 1))
        stripe = (np.floor((angle + 0.1) * 12 / np.pi + 0.5) % 2) == 0
        one, two = paints[i % len(paints)]
        cloth = np.where(stripe[..., None], rgb(one), rgb(two)).astype(np.float32)
        belt = ((v > 0.18) & (v < 0.40))[..., None]
        cloth = np.where(belt, rgb(two) * 0.5 + rgb(one) * 0.5, cloth)
        shine = 0.62 + 0.5 * np.clip(np.cos(angle + 0.75), 0, 1) - 0.16 * np.clip(v, 0, 1.5)
        shine = shine - 0.05 * np.abs(np.cos(angle * 12)) ** 8
        far = float(np.clip(0.5 - radius / 260, 0, 0.45))
        cloth = mix(cloth * shine[..., None], rgb("e6d6cc"), np.full((HEIGHT, WIDTH), far, np.float32))
        canvas = mix(canvas, np.asarray(cloth, np.float32), inside)

        def basket(pen: ImageDraw.ImageDraw, s: float, x: int = x, y: int = y, r: int = radius) -> None:
            top, foot, wide = y + 1.62 * r, y + 1.86 * r, 0.13 * r
            pen.rectangle([(x - wide) * s, top * s, (x + wide) * s, foot * s], 255)
            for side in (-1, 1):
                pen.line(
                    [((x + side * wide) * s, top * s), ((x + side * 0.16 * r) * s, (y + 1.44 * r) * s)],
                    255,
                    max(1, int(r * 0.012 * s)),
                )

        canvas = mix(
            canvas,
            mix(rgb("4a3020")[None, None], rgb("e6d6cc"), np.full((1, 1), far, np.float32)),
            drawn(HEIGHT, WIDTH, basket),
        )
    return finish(canvas, rng)
