"""How often the cut-off is wrong: `python -m benchmarks.cutoff --data ../shared/data`.

Queries for things that a library of up to 1,000 photos has or lacks, each judged by a calibration that was fitted to
other words: false accepts (something absent is said to be found) and false rejects (something present is said not to be
there), with both curves as a picture.
"""

import argparse
import platform
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from voicephoto import hub
from voicephoto.vision import StarterEncoder, everyday_queries, everyday_things
from voicephoto.vision.fitting import Fitted, Trial, fit, judged, read_captions

matplotlib.use("agg")
from matplotlib import pyplot

_DOCS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


def table(fitted: Fitted, queries: Sequence[str]) -> str:
    """Rates by the size of the library, as Markdown."""
    lines = [
        "| photos | absent: asked | said found | not sure | present: asked | said not there | not sure |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size in sorted({trial.size for trial in fitted.trials}):
        cells = [f"{size:,}"]
        for there in (False, True):
            asked = [trial for trial in fitted.trials if trial.size == size and trial.there == there]
            found = np.array([fitted.found(trial) for trial in asked])
            denied = np.array([fitted.denied(trial) for trial in asked])
            wrong = denied if there else found
            cells += [f"{len(asked)}", f"{wrong.mean():.1%}", f"{(~found & ~denied).mean():.1%}"]
        lines.append(f"| {' | '.join(cells)} |")
    largest = fitted.largest
    wrong = [trial.words for trial in largest if not trial.there and fitted.found(trial)]
    missed = [trial.words for trial in largest if trial.there and fitted.denied(trial)]
    lines += [
        "",
        f"{len(queries)} queries were considered; words that only one or two photos may show were left out.",
        "",
        f"Said to be found though absent from the largest library: {', '.join(wrong)}.",
        "",
        f"Said not to be there though present: {', '.join(missed)}.",
    ]
    return "\n".join(lines)


def picture(fitted: Fitted, target: Path) -> None:
    """False accepts and false rejects of the largest library against the bound, and where the bounds are."""
    size = max(trial.size for trial in fitted.trials)
    absent, present = (_logits(fitted.trials, size, there) for there in (False, True))
    bounds = np.linspace(min(absent.min(), present.min()), max(absent.max(), present.max()), 400)
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(bounds, [(absent >= bound).mean() for bound in bounds], label="false accepts: absent, taken for found")
    axes.plot(bounds, [(present < bound).mean() for bound in bounds], label="false rejects: present, denied")
    axes.axhline(0.1, color="grey", linewidth=0.8, linestyle=":")
    axes.axvspan(
        fitted.hopeless, fitted.sure, color="grey", alpha=0.15, label='"I\'m not sure, but these come closest"'
    )
    axes.set(xlabel="bound on the logit that the library has a match", ylabel="share of queries", ylim=(0, 1))
    axes.set_title(f"The cut-off in a library of {size:,} photos, by words it was not fitted to")
    axes.legend(frameon=False)
    figure.savefig(target, dpi=110)


def _logits(trials: Sequence[Trial], size: int, there: bool) -> np.ndarray:
    return np.array([trial.logit for trial in trials if trial.size == size and trial.there == there])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with captions/flickr8k")
    arguments = parser.parse_args()
    encoder = StarterEncoder(hub.locate("starter"))
    photos = read_captions(arguments.data / "captions" / "flickr8k")
    images = encoder.encode_images([Image.open(photo.path) for photo in photos])
    queries = everyday_queries()
    fitted = fit(encoder.encode_texts(everyday_things()), images, judged(encoder, photos, queries))
    said = table(fitted, queries)
    print(said)
    _DOCS.mkdir(parents=True, exist_ok=True)
    picture(fitted, _DOCS / "cutoff.png")
    (_DOCS / "cutoff.md").write_text(
        f"# The cut-off\n\nBy `python -m benchmarks.cutoff`, encoder {encoder.name}, Python {platform.python_version()}; "
        "the figures do not depend on the machine.\n\n"
        f"{said}\n\n![False accepts and false rejects](cutoff.png)\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
