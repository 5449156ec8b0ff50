import numpy as np
import pytest

from voicephoto.demo.brushes import fractal, gradient, lit, look, mix, rgb, sample, screen, water


def test_noise_is_centred_and_repeats_at_its_edges() -> None:
    noise = fractal(np.random.default_rng(1), 64, 128, 1.5)
    assert noise.mean() == pytest.approx(0, abs=1e-3)
    assert noise.std() == pytest.approx(1, abs=1e-3)
    inside = np.abs(np.diff(noise, axis=1)).mean()
    assert np.abs(noise[:, 0] - noise[:, -1]).mean() < 3 * inside


def test_sampling_hits_the_points_and_halves_the_way_between_them() -> None:
    field = np.arange(12, dtype=np.float32).reshape(3, 4)
    rows, columns = np.mgrid[0:3, 0:4].astype(np.float32)
    assert np.array_equal(sample(field, rows, columns), field)
    assert sample(field, np.float32([0.5]), np.float32([1.0]))[0] == 3
    assert sample(field, np.float32([3]), np.float32([-1]))[0] == field[0, 3]


def test_mixing_takes_the_colour_where_the_mask_is_full() -> None:
    canvas = np.zeros((1, 2, 3), np.float32)
    mixed = mix(canvas, rgb("ff8000"), np.float32([[0, 1]]))
    assert mixed[0, 0].tolist() == [0, 0, 0]
    assert mixed[0, 1] == pytest.approx([1, 128 / 255, 0])


def test_adding_light_never_burns_out() -> None:
    assert screen(np.float32([0.8]), np.float32([0.9])) == pytest.approx([0.98])


def test_a_gradient_goes_through_its_colours() -> None:
    canvas = gradient(101, 3, [(0, "000000"), (1, "ffffff")])
    assert canvas[0, 0] == pytest.approx([0, 0, 0])
    assert canvas[50, 1] == pytest.approx([0.5, 0.5, 0.5], abs=0.01)
    assert canvas[-1, 2] == pytest.approx([1, 1, 1])


def test_still_water_mirrors_what_is_above_and_keeps_it() -> None:
    above = gradient(80, 60, [(0, "0000ff"), (1, "ff0000")], 40)
    canvas = water(above, 40, np.random.default_rng(1), deep=rgb("000000"), chop=0.0, mirror=1.0, near=1.0)
    assert np.array_equal(canvas[:40], above[:40])
    assert canvas[41, 30] == pytest.approx(above[39, 30], abs=0.08)
    assert canvas[79, 30, 2] > canvas[41, 30, 2]


def test_a_mountain_hides_the_sky_and_a_plain_does_not() -> None:
    plain = np.zeros((256, 256), np.float32)
    peak = plain.copy()
    peak[90:110, 120:136] = 60
    flat = look(plain, 60, 80, horizon=30, eye=(0, 128, 10), far=200)
    high = look(peak, 60, 80, horizon=30, eye=(0, 128, 10), far=200)
    assert not flat.hit[:30].any()
    assert flat.hit[45:].all()
    assert high.hit[20, 40]
    assert 80 < high.depth[20, 40] < 120
    assert not high.hit[20, 2]


def test_ground_behind_a_wall_lies_in_its_shadow() -> None:
    heights = np.zeros((64, 64), np.float32)
    heights[:, 30:33] = 20
    light = lit(heights, (0.0, -1.0, 0.5))
    assert light[32, 40] == pytest.approx(0, abs=1e-3)
    assert light[32, 20] > 0.3
