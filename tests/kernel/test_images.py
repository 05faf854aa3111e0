"""Pictures: what is taken, what is refused and how it is said, what is left of it."""

import errno
import io
import os
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from brickwall.kernel import images
from brickwall.kernel.ids import new_public_id
from brickwall.kernel.images import MAX_BYTES, Size, re_encode
from brickwall.kernel.problems import Invalid, Unavailable
from tests.factories.pictures import jpeg, picture, png_claiming, saved, with_gps


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


class TestReEncoding:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_every_kind_becomes_two_jpegs(self, kind: str) -> None:
        found = re_encode(saved(picture(3000, 2000), kind))
        large, small = (opened(found.files[size]) for size in (Size.LARGE, Size.SMALL))
        assert (large.format, small.format) == ("JPEG", "JPEG")
        assert large.size == (found.width, found.height) == (1600, 1067)
        assert max(small.size) == 480

    def test_a_small_picture_is_not_blown_up(self) -> None:
        assert re_encode(jpeg(64, 48)).width == 64

    def test_a_large_jpeg_is_decoded_at_a_reduced_scale(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A village's worth of 40-megapixel phones must not fill the server's memory."""
        decoded: list[tuple[int, int]] = []
        load = JpegImageFile.load

        def note(image: JpegImageFile) -> object:
            decoded.append(image.size)
            return load(image)

        data = saved(picture(7300, 5470))
        monkeypatch.setattr(JpegImageFile, "load", note)
        assert re_encode(data).width == 1600
        assert max(width for width, _ in decoded) == 3650

    def test_place_camera_and_comments_are_gone(self) -> None:
        found = re_encode(with_gps())
        for data in found.files.values():
            assert dict(opened(data).getexif()) == {}
            assert b"PhoneMaker" not in data
            assert b"Exif" not in data

    @pytest.mark.parametrize(
        ("orientation", "corner"),
        [
            (1, "top left"),
            (2, "top right"),
            (3, "bottom right"),
            (4, "bottom left"),
            (5, "top left"),
            (6, "top right"),
            (7, "bottom right"),
            (8, "bottom left"),
        ],
    )
    def test_it_stands_upright(self, orientation: int, corner: str) -> None:
        """Where the first pixel of the file belongs: EXIF 2.3, table 6."""
        large = opened(re_encode(with_gps(orientation)).files[Size.LARGE]).convert("L")
        width, height = large.size
        assert (width, height) == ((80, 40) if orientation < 5 else (40, 80))
        spots = {
            f"{row} {column}": (x, y)
            for row, y in (("top", 5), ("bottom", height - 5))
            for column, x in (("left", 5), ("right", width - 5))
        }
        assert [name for name, spot in spots.items() if large.getpixel(spot) < 60] == [corner]

    @pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "I;16", "1"])
    def test_other_colour_modes_become_rgb(self, mode: str) -> None:
        colour = (200, 0) if mode == "LA" else (200, 10, 10, 0) if mode == "RGBA" else 1
        data = saved(Image.new(mode, (40, 40), colour), "PNG")
        assert opened(re_encode(data).files[Size.LARGE]).mode == "RGB"

    def test_clear_parts_become_white(self) -> None:
        data = saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")
        assert opened(re_encode(data).files[Size.LARGE]).getpixel((20, 20)) == (255, 255, 255)

    def test_cmyk_from_a_print_shop_is_taken(self) -> None:
        assert re_encode(saved(picture(mode="CMYK", colour=(0, 0, 0, 0)))).width == 64

    def test_the_short_film_behind_a_phones_picture_is_dropped(self) -> None:
        film = b"\0\0\0\x18ftypmp42" + b"\0" * 500
        found = re_encode(jpeg() + film)
        assert b"ftypmp42" not in found.files[Size.LARGE]


def zip_behind(data: bytes) -> bytes:
    out = io.BytesIO(data)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("evil.class", b"x")
    return out.getvalue()


def gif() -> bytes:
    return saved(picture(mode="P", colour=0), "GIF")


REFUSED = {
    "photos.empty": b"",
    "photos.too_large": b"\xff\xd8\xff" + b"\0" * MAX_BYTES,
    "photos.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>",
    "photos.heic": b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "photos.not_a_picture": b"hello, I am a text",
    "photos.damaged": jpeg(400, 300, quality=95)[:2500],
    "photos.too_many_pixels": png_claiming(8000, 5001),
}


class TestRefusals:
    @pytest.mark.parametrize("code", REFUSED)
    def test_bad_files_are_refused_in_words(self, code: str) -> None:
        with pytest.raises(Invalid) as refused:
            re_encode(REFUSED[code])
        assert refused.value.code == code
        assert refused.value.title.endswith("。")

    @pytest.mark.parametrize(
        "data",
        [gif(), b"%PDF-1.7", b"PK\x03\x04", b"BM" + b"\0" * 60, b"II*\x00" + b"\0" * 60],
        ids=["gif", "pdf", "zip", "bmp", "tiff"],
    )
    def test_other_kinds_are_called_by_their_names(self, data: bytes) -> None:
        with pytest.raises(Invalid) as refused:
            re_encode(data)
        assert refused.value.code == "photos.wrong_kind"

    @pytest.mark.parametrize(
        "data",
        [
            zip_behind(jpeg()),
            jpeg() + b"<script>alert(1)</script>",
            jpeg(comment=b"<?php system($_GET[0]);"),
            jpeg(comment=b"%PDF-1.4 1 0 obj"),
            saved(picture(), "PNG") + b"<html><body>",
        ],
        ids=["zip", "script", "php", "pdf", "html"],
    )
    def test_a_picture_that_is_also_something_else(self, data: bytes) -> None:
        with pytest.raises(Invalid) as refused:
            re_encode(data)
        assert refused.value.code == "photos.polyglot"

    @pytest.mark.parametrize("size", [(12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
    def test_a_bomb_is_refused_by_its_header(self, size: tuple[int, int]) -> None:
        with pytest.raises(Invalid) as refused:
            re_encode(png_claiming(*size))
        assert refused.value.code in {"photos.too_many_pixels", "photos.damaged", "photos.not_a_picture"}

    def test_every_cut_of_a_picture_is_taken_or_refused_but_never_breaks(self) -> None:
        data = jpeg(120, 90, quality=90)
        refused = 0
        for end in range(1, len(data), 7):
            try:
                re_encode(data[:end])
            except Invalid:
                refused += 1
        assert refused > len(data) // 7 // 2


class TestFiles:
    def test_both_sizes_are_written_and_removed(self, tmp_path: Path) -> None:
        public_id = new_public_id()
        images.store_images(tmp_path, public_id, re_encode(jpeg()))
        names = sorted(path.name for path in tmp_path.rglob("*.jpg"))
        assert names == [f"{public_id}-l.jpg", f"{public_id}-s.jpg"]
        images.delete_images(tmp_path, public_id)
        assert list(tmp_path.rglob("*.jpg")) == []

    def test_a_full_disk_leaves_nothing_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable, match="存满了"):
            images.store_images(tmp_path, new_public_id(), re_encode(jpeg()))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    @pytest.mark.parametrize("public_id", ["../../etc/pass", "", "a", "/etc/passwd00", "ABCDEFGHJKMN"])
    def test_no_path_leaves_the_folder(self, tmp_path: Path, public_id: str) -> None:
        with pytest.raises(ValueError, match="not a public id"):
            images.image_path(tmp_path, public_id, Size.SMALL)

    def test_old_files_are_listed_and_old_drafts_removed(self, tmp_path: Path) -> None:
        old, new = new_public_id(), new_public_id()
        for public_id in (old, new):
            images.store_images(tmp_path, public_id, re_encode(jpeg()))
        draft = tmp_path / old[:2] / f".{old}-s.jpg.1234"
        draft.write_bytes(b"half")
        past = time.time() - 9 * 86_400
        for path in [*(tmp_path / old[:2]).glob(f"{old}*"), draft]:
            os.utime(path, (past, past))
        assert images.stored_ids(tmp_path, older_than=timedelta(days=7)) == [old]
        assert not draft.exists()
