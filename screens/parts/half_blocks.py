"""A picture as coloured half blocks: two pixels above each other in each cell of the terminal.

Pillow unfolds it, and is loaded when the first picture is shown. What comes from applicants may be made to break a decoder, so it may
try PNG and JPEG alone, and only what is no larger than the platform takes: both are asked again here.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.errors import PetworksError
from console.records.application_documents import MOST_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG")
UPPER = "▀"
SHADES = " ░▒▓█"
"""From dark to light, where there are no colours."""

Pixel = tuple[int, int, int]


class NoPicture(PetworksError):
    advice = "s saves it as a file."


@dataclass(frozen=True)
class Drawable:
    """A picture as small as it is drawn: `height` is even. `of` is its size before, in pixels."""

    width: int
    height: int
    pixels: tuple[Pixel, ...]
    of: tuple[int, int]

    @property
    def rows(self) -> int:
        return self.height // 2

    def strip(self, row: int, *, colours: bool) -> Strip:
        """One line of the terminal: equal neighbours are one piece."""
        pieces = list(self._pieces(row, colours=colours))
        return Strip(pieces, self.width)

    def _pieces(self, row: int, *, colours: bool) -> Iterator[Segment]:
        above = self.pixels[2 * row * self.width : (2 * row + 1) * self.width]
        below = self.pixels[(2 * row + 1) * self.width : (2 * row + 2) * self.width]
        cells, start = list(zip(above, below, strict=True)), 0
        for place in range(1, len(cells) + 1):
            if place == len(cells) or cells[place] != cells[start]:
                yield _segment(*cells[start], place - start, colours=colours)
                start = place


def _segment(above: Pixel, below: Pixel, count: int, *, colours: bool) -> Segment:
    if not colours:
        light = sum((*above, *below)) * (len(SHADES) - 1) / (6 * 255)
        return Segment(SHADES[round(light)] * count)
    return Segment(UPPER * count, Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below)))


def draw(content: bytes, columns: int, rows: int, zoom: int = 1) -> Drawable:
    """As large as fits, and `zoom` times that; it takes a while, so it runs in a thread. NoPicture when it is none."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # refused below, and not on the screen
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            _refuse_large(opened)
            box, size = (columns * zoom, rows * 2 * zoom), opened.size
            opened.draft("RGB", box)  # a JPEG is unfolded no larger than it is needed
            return _small(ImageOps.exif_transpose(opened), box, size)
    except NoPicture:
        raise
    except Exception:  # noqa: BLE001 - whatever a decoder raises for what was made to break it
        raise NoPicture("This picture can't be drawn: it is damaged, or of an unusual kind.") from None


def _refuse_large(picture: Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise NoPicture(f"This picture has {width:,} × {height:,} pixels: too many to draw.")


def _small(picture: Image, box: tuple[int, int], size: tuple[int, int]) -> Drawable:
    """On white where it is clear, as on paper."""
    from PIL import Image

    picture.thumbnail(box)
    if picture.has_transparency_data:
        shown = Image.new("RGBA", picture.size, "white")
        shown.alpha_composite(picture.convert("RGBA"))
        picture = shown
    plain = picture.convert("RGB")
    width, height = plain.width, plain.height + plain.height % 2
    paper = Image.new("RGB", (width, height), "white")
    paper.paste(plain)
    data = paper.tobytes()
    pixels = tuple(zip(data[::3], data[1::3], data[2::3], strict=True))
    return Drawable(width, height, pixels, size)
