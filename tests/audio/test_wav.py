import logging
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicephoto.audio import Sound, UnreadableSound, read_sound, write_sound
from voicephoto.errors import VoicephotoError

RATES = st.sampled_from([8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
STEP = {"PCM_U8": 2**-7, "PCM_16": 2**-15, "PCM_24": 2**-15, "PCM_32": 2**-15, "FLOAT": 2**-15}
"""What a sample may lose on its way through a file of that kind into int16; full scale is 1."""


def sine(seconds: float = 0.5, rate: int = 44_100, hertz: float = 440, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def whole(level: np.ndarray) -> np.ndarray:
    """The samples and their mirror image, so that there is no constant offset to take out."""
    return np.concatenate([level, -level])


folder_per_test = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@folder_per_test
@given(
    samples=arrays(np.int16, st.integers(1, 3_000), elements=st.integers(-32_767, 32_767)),
    rate=RATES,
    ending=st.sampled_from([".wav", ".flac"]),
)
def test_what_is_written_is_read_back_sample_by_sample(
    tmp_path: Path, samples: np.ndarray, rate: int, ending: str
) -> None:
    sound = Sound(whole(samples), rate)
    write_sound(tmp_path / f"any{ending}", sound)
    again = read_sound(tmp_path / f"any{ending}")
    assert again.rate == rate
    assert again.samples.dtype == np.int16
    assert np.array_equal(again.samples, sound.samples)


@folder_per_test
@given(
    channels=st.integers(1, 6),
    rate=RATES,
    subtype=st.sampled_from(sorted(STEP)),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_number_of_channels_bits_and_rate_becomes_their_average(
    tmp_path: Path, channels: int, rate: int, subtype: str, seed: int
) -> None:
    part = np.random.default_rng(seed).uniform(-0.9, 0.9, (200, 1))
    spread = part * np.linspace(1, 0.5, channels)
    recorded = whole(spread)
    soundfile.write(tmp_path / "any.wav", recorded, rate, subtype=subtype)
    sound = read_sound(tmp_path / "any.wav")
    assert sound.rate == rate
    assert sound.samples / 32768 == pytest.approx(recorded.mean(axis=1), abs=1.01 * STEP[subtype])


@pytest.mark.parametrize("ending", ["flac", "ogg", "mp3", "aiff"])
def test_other_formats_are_read_as_well(tmp_path: Path, ending: str) -> None:
    soundfile.write(tmp_path / f"any.{ending}", sine(), 44_100)
    sound = read_sound(tmp_path / f"any.{ending}")
    assert sound.rate == 44_100
    assert sound.seconds == pytest.approx(0.5, abs=0.06)
    spectrum = np.abs(np.fft.rfft(sound.samples))
    assert spectrum.argmax() / sound.seconds == pytest.approx(440, abs=3)


def test_the_ending_of_the_name_may_be_wrong(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "any.wav", sine(), 44_100, format="FLAC")
    assert read_sound(tmp_path / "any.wav").seconds == 0.5


def test_a_constant_offset_is_taken_out(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "any.wav", 0.3 + sine(level=0.2), 44_100)
    samples = read_sound(tmp_path / "any.wav").samples
    assert abs(samples.mean()) < 1
    assert samples.max() == pytest.approx(0.2 * 32768, abs=2)


def test_two_channels_in_opposite_phase_do_not_cancel_each_other_out(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "any.wav", np.stack([sine(), -sine()], 1), 44_100)
    assert np.abs(read_sound(tmp_path / "any.wav").samples).max() == pytest.approx(0.5 * 32768, abs=2)


def test_one_dead_channel_leaves_the_other_audible(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "any.wav", np.stack([sine(), 0 * sine()], 1), 44_100)
    assert np.abs(read_sound(tmp_path / "any.wav").samples).max() >= 0.25 * 32768 - 2


def test_float_files_beyond_full_scale_are_turned_down_not_clipped(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "any.wav", sine(level=4.0), 44_100, subtype="FLOAT")
    samples = read_sound(tmp_path / "any.wav").samples
    assert samples / 32768 == pytest.approx(sine(level=1.0), abs=2e-4)


def test_samples_that_are_no_numbers_do_no_harm(tmp_path: Path) -> None:
    odd = np.tile([np.nan, np.inf, -np.inf, 0.0], 50)
    soundfile.write(tmp_path / "any.wav", odd, 16_000, subtype="FLOAT")
    samples = read_sound(tmp_path / "any.wav").samples
    assert len(samples) == 200
    assert samples[1] == 32767
    assert samples[2] == -32768
    assert samples[0] == samples[3] == 0


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_a_recording_cut_short_is_read_as_far_as_it_goes(
    tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / f"any.{ending}"
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 88_200)
    soundfile.write(path, noise, 44_100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING):
        sound = read_sound(path)
    assert 0.8 < sound.seconds <= 1.0
    assert sound.samples[1_000:2_000] / 32768 == pytest.approx(noise[1_000:2_000], abs=0.01)
    assert f"{path} is cut short" in caplog.text


def test_a_whole_recording_gives_no_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    soundfile.write(tmp_path / "any.wav", sine(), 44_100)
    read_sound(tmp_path / "any.wav")
    assert not caplog.records


def one_line(path: Path) -> str:
    with pytest.raises(VoicephotoError) as caught:
        read_sound(path)
    message = str(caught.value)
    assert caught.type is UnreadableSound
    assert str(path) in message
    assert "\n" not in message
    return message


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "does not exist" in one_line(tmp_path / "any.wav")


def test_a_folder_is_said_to_be_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in one_line(tmp_path)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "any.wav").write_bytes(b"")
    assert "is empty (0 bytes)" in one_line(tmp_path / "any.wav")


def test_a_header_without_samples_is_said_to_hold_no_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "any.wav", np.zeros(0), 16_000)
    assert "holds no sound" in one_line(tmp_path / "any.wav")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.wav", b"Dear diary, today we went to the beach.\n" * 20),
        ("photo.wav", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
        ("song.mp3", b"<html>404 not found</html>"),
        ("song.flac", b"fLaC" + bytes(60)),
        ("header.wav", b"RIFF\xff\xff\xff\x7fWAVE" + bytes(200)),
        ("samples.raw", bytes(1_000)),
        ("noending", bytes(1_000)),
    ],
)
def test_what_is_not_sound_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert "cannot be read as sound" in one_line(tmp_path / name)


@pytest.mark.parametrize("length", range(0, 45, 4))
def test_a_header_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "any.wav"
    soundfile.write(path, sine(), 44_100)
    path.write_bytes(path.read_bytes()[:length])
    one_line(path)


@pytest.mark.parametrize("rate", [0, 1, 2_000_000_000])
def test_an_impossible_rate_is_refused(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "any.wav"
    soundfile.write(path, sine(), 44_100)
    damaged = bytearray(path.read_bytes())
    damaged[24:28] = rate.to_bytes(4, "little")
    path.write_bytes(damaged)
    one_line(path)


@folder_per_test
@given(content=st.binary(max_size=300), riff=st.booleans())
def test_any_bytes_are_either_sound_or_refused(tmp_path: Path, content: bytes, riff: bool) -> None:
    path = tmp_path / "any.wav"
    path.write_bytes((b"RIFF\x00\x01\x00\x00WAVEfmt \x10\x00\x00\x00" if riff else b"") + content)
    outcome = "sound"
    try:
        read_sound(path)
    except UnreadableSound as error:
        outcome = str(error)
    assert len(outcome.splitlines()) == 1


@pytest.mark.parametrize("name", ["no such folder/any.wav", "any", "any.xyz", "any.mp3"])
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableSound, match="cannot be written") as caught:
        write_sound(tmp_path / name, Sound(np.zeros(10, np.int16), 16_000))
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_real_recordings_have_the_length_that_is_on_record(shared_data: Path) -> None:
    speech = read_sound(shared_data / "speech" / "misc" / "jfk.flac")
    barking = read_sound(shared_data / "noise" / "esc10" / "dog_bark" / "1-100032-A.ogg")
    assert speech.seconds == pytest.approx(11.0, abs=0.01)
    assert barking.seconds == pytest.approx(5.0, abs=0.01)


def test_a_recording_piped_into_a_file_is_whole_though_its_header_promises_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "piped.wav"
    soundfile.write(path, sine(), 44_100)
    header = bytearray(path.read_bytes())
    header[4:8] = header[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(header)
    assert read_sound(path).seconds == 0.5
    assert not caplog.records


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "any.wav")
    assert "is not a regular file" in one_line(tmp_path / "any.wav")


def test_a_folder_that_is_missing_is_the_reason_and_a_wrong_ending_leaves_no_file(tmp_path: Path) -> None:
    sound = Sound(np.zeros(10, np.int16), 16_000)
    with pytest.raises(UnreadableSound, match="No such file or directory"):
        write_sound(tmp_path / "nowhere" / "any.wav", sound)
    with pytest.raises(UnreadableSound, match=r"does not end in \.wav or \.flac; nothing was written"):
        write_sound(tmp_path / "any.xyz", sound)
    assert list(tmp_path.iterdir()) == []
