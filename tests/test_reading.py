"""Which reader gets a file, what is refused before pixels, and what a reader must keep."""

from __future__ import annotations

import pickle
import warnings
from typing import ClassVar

import attrs
import numpy as np
import pytest

import frimcla
from frimcla import Reader, Registry
from frimcla.contracts import Header, Stack
from frimcla.errors import ImageError, PluginError
from frimcla.readers import plugin as builtin
from frimcla.reading import Readers
from frimcla.registry import DISABLED_VARIABLE, Plugin
from frimcla.testing import check_reader, conformance

DICOM = bytes(128) + b"DICM"
PNG = b"\x89PNG\r\n\x1a\n"
INSTEAD = "save it as TIFF or PNG, or install a plugin that reads it"

test_conformance_of_the_core = conformance(builtin)


class Toy:
    """Reads files of one line: ``TOY planes height width channels dtype``."""

    def header(self, file, name):
        planes, height, width, channels = map(int, file.readline().split()[1:5])
        return Header(
            dtype="uint8", bits=8, planes=planes, height=height, width=width, channels=channels
        )

    def __call__(self, file, name):
        *shape, dtype = file.readline().split()[1:]
        return Stack(pixels=np.zeros(tuple(map(int, shape)), dtype.decode()))


class Failing(Toy):
    """Says what a plugin's library might."""

    errors: ClassVar = {
        b"V": ValueError("bad cell a/b.toy, it says.\nline 2"),
        b"O": OSError(5, "Input/output error", "/secret/b.toy"),
        b"K": KeyError("x"),
        b"M": MemoryError(),
        b"I": ImageError("has no pixels; replace it"),
        b"Z": AssertionError(),
    }

    def header(self, file, name):
        warnings.warn("be careful", stacklevel=1)
        raise self.errors[file.read(4)[-1:]]


class Liar(Toy):
    """Returns another shape than it said."""

    def __call__(self, file, name):
        return Stack(pixels=super().__call__(file, name).pixels[:, :1])


def toy(name: str = "toy", factory=Toy, **changes) -> Reader:
    known = {"magic": (b"TOY",), "suffixes": (".toy",), "summary": "toys", **changes}
    return Reader(name=name, factory=factory, **known)


def offering(**plugins: Reader) -> Readers:
    """Return the core's readers and those of plugins, one each."""

    def menu(component):
        class Plugin:
            @frimcla.hookimpl
            def frimcla_readers(self):
                yield component

        return Plugin()

    return Readers.of(
        Registry.of(builtin=builtin, **{name: menu(reader) for name, reader in plugins.items()})
    )


def refusal(readers: Readers, content: bytes, name: str = "a/b.toy", most: float = 100) -> str:
    with pytest.raises(ImageError) as caught:
        readers.stack(content, name, max_megapixels=most)
    return str(caught.value)


class TestFind:
    @pytest.mark.parametrize(
        ("name", "head", "found"),
        [
            ("a.tif", PNG, "ordinary"),
            ("a.png", b"II*\0", "tiff"),
            ("a", b"MM\0+", "tiff"),
            ("a.lsm", b"II*\0", "tiff"),
            ("a", b"BM\x46\0\0\0\0\0\0\0", "ordinary"),
            ("a", b"RIFF\x10\0\0\0WEBP", "ordinary"),
        ],
    )
    def test_content_decides(self, name: str, head: bytes, found: str) -> None:
        assert offering().find(name, head).full_name == f"builtin:{found}"

    def test_frimcla_readers_adds_formats(self) -> None:
        readers = offering(toys=toy())

        assert readers.find("x", b"TOY 1").full_name == "toys:toy"
        assert readers.is_image("x", b"TOY 1")
        assert readers.is_image("x.TOY", b"")
        assert not offering().is_image("x.toy", b"TOY 1")

    def test_suffix_and_magic_beat_magic(self) -> None:
        lsm = toy("lsm", magic=(b"II",), suffixes=(".lsm",))

        assert offering(slides=lsm).find("a.LSM", b"II*\0").name == "lsm"
        assert offering(slides=lsm).find("a.tif", b"II*\0").name == "tiff"

    def test_longer_magic_beats_shorter(self) -> None:
        special = toy("special", magic=(b"II*\0????HDR",), suffixes=())

        assert offering(x=special).find("a", b"II*\0abcdHDR").name == "special"
        assert offering(x=special).find("a", b"II*\0abcdhdr").name == "tiff"

    def test_a_suffix_alone_counts_without_magic_only(self) -> None:
        raw = offering(raws=toy("raw", magic=(), suffixes=(".raw",)))

        assert raw.find("a.raw", b"anything").name == "raw"
        assert raw.find("a.raw", PNG).name == "ordinary"
        assert refusal(offering(toys=toy()), b"words", "a.toy").startswith("is no image")

    @pytest.mark.parametrize("start", [b"II*\0", PNG, b"\0"])
    def test_dicom_is_dicom_whatever_its_preamble(self, start: bytes) -> None:
        head = start + bytes(128 - len(start)) + b"DICM"
        by_magic = toy("d", magic=(b"?" * 128 + b"DICM",), suffixes=())
        by_name = toy("d", magic=(), suffixes=(".dcm",))

        assert refusal(offering(), head, "a.tif") == (
            f"is DICOM, which no installed plugin reads; {INSTEAD}"
        )
        assert offering(x=by_magic).find("a.tif", head).name == "d"
        assert offering(x=by_name).find("a.dcm", head).name == "d"

    def test_two_equals_are_both_named(self) -> None:
        readers = offering(one=toy(), two=toy("other"))

        assert refusal(readers, b"TOY 1 1 1 1 uint8") == (
            "is read by one:toy and two:other, and nothing decides between them; "
            "add --no-plugin one or --no-plugin two"
        )

    @pytest.mark.parametrize(
        ("name", "head", "sentence"),
        [
            ("a.czi", b"ZISRAWFILE", f"is CZI, which no installed plugin reads; {INSTEAD}"),
            ("a.svs", b"words", f"is SVS, which no installed plugin reads; {INSTEAD}"),
            ("a.png", b"", "is empty; replace it"),
            ("a.png", b"%!PS-Adobe", "is no image: it holds text; remove or replace it"),
            ("a.tif", b"\xff", "is no image: it holds something else; remove or replace it"),
        ],
    )
    def test_what_nobody_reads_is_told(self, name: str, head: bytes, sentence: str) -> None:
        assert refusal(offering(), head, name) == sentence

    def test_words_are_no_image(self) -> None:
        readers = offering(toys=toy())

        assert not readers.is_image("notes.txt", b"BMI of 200 patients")
        assert not readers.is_image("a.wav", b"RIFF\x10\0\0\0WAVE")
        assert readers.is_image("a.czi", b"")


class TestBuiltin:
    def test_it_is_found_like_any_other_plugin(self, monkeypatch) -> None:
        monkeypatch.delenv(DISABLED_VARIABLE, raising=False)

        offered = Registry.discover().all(Reader)

        assert {"builtin:ordinary", "builtin:tiff"} <= offered.keys()

    def test_a_registry_made_by_hand_has_it_too(self) -> None:
        assert Readers.of(Registry.of()) == Readers.built_in()

    def test_left_out_it_says_what_to_do(self) -> None:
        with pytest.raises(PluginError) as caught:
            Readers.of(Registry((Plugin(name="builtin", status="disabled", problem="left out"),)))

        assert str(caught.value).startswith(
            "no active plugin reads images; do not leave out builtin, which FrImCla brings "
            "(frimcla list-plugins)"
        )

    def test_left_out_beside_others_it_is_named(self) -> None:
        assert refusal(Readers((toy(),)), PNG, "a.png") == (
            "is PNG, which no active plugin reads; do not leave out builtin, which does "
            "(frimcla list-plugins)"
        )


class TestReading:
    def test_a_reader_of_a_plugin_is_used(self) -> None:
        stack = offering(toys=toy()).stack(b"TOY 2 3 4 5 uint8", "a", max_megapixels=1)

        assert stack.pixels.shape == (2, 3, 4, 5)
        assert not stack.pixels.flags.writeable

    def test_readers_go_to_other_processes(self) -> None:
        readers = offering()

        assert pickle.loads(pickle.dumps(readers)) == readers

    @pytest.mark.parametrize(
        ("content", "most", "sentence"),
        [
            (
                b"TOY 1 1000 1001 1 f4",
                1,
                "is 1001 x 1000: more than 1 megapixels; cut or shrink it",
            ),
            (
                b"TOY 9 1000 1000 1 u1",
                1,
                (
                    "is 1000 x 1000 with 9 planes and 1 channels: more than 8 megabytes; "
                    "cut or shrink it"
                ),
            ),
        ],
    )
    def test_too_much_is_refused_by_the_header(self, content, most, sentence) -> None:
        assert refusal(offering(toys=toy()), content, most=most) == sentence

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"TOYV", "cannot be read by x:toy (bad cell it, it says. line 2); replace it"),
            (b"TOYO", "cannot be read by x:toy (Input/output error); replace it"),
            (b"TOYK", "cannot be read by x:toy ('x'); replace it"),
            (b"TOYM", "needs more memory than there is to be decoded"),
            (b"TOYI", "has no pixels; replace it"),
            (b"TOYZ", "cannot be read by x:toy (AssertionError); replace it"),
        ],
    )
    def test_whatever_a_reader_raises_becomes_a_sentence(self, content, sentence) -> None:
        readers = offering(x=toy(factory=Failing))

        assert refusal(readers, content) == sentence
        with pytest.raises(ImageError, match=r"\S"):
            readers.header(content, "a/b.toy")

    def test_pixels_that_do_not_fit_the_header_are_refused(self) -> None:
        assert refusal(offering(x=toy(factory=Liar)), b"TOY 1 2 3 1 uint8") == (
            "is said by x:toy to be (1, 2, 3, 1) of uint8, and came as (1, 1, 3, 1) of uint8; "
            "tell the makers of the plugin x"
        )
        assert "came as (1, 2, 3, 1) of uint16" in refusal(offering(x=toy()), b"TOY 1 2 3 1 uint16")
        assert refusal(offering(x=toy()), b"TOY 1 0 3 1 uint8") == "has no pixels; replace it"

    def test_a_reader_that_cannot_be_made_is_a_fault_of_its_plugin(self) -> None:
        with pytest.raises(PluginError, match="no_such_module"):
            offering(x=toy(factory="no_such_module:It")).stack(b"TOY", "a", max_megapixels=1)


class TestReader:
    @pytest.mark.parametrize(
        ("changes", "what"),
        [
            ({"magic": (), "suffixes": ()}, "toy: a reader names magic bytes or suffixes"),
            ({"magic": (b"",)}, "magic b'' must be bytes, and not empty"),
            ({"magic": ("TOY",)}, "magic 'TOY' must be bytes, and not empty"),
            ({"magic": b"TOY"}, "magic must be a tuple (got b'TOY')"),
            ({"suffixes": ("toy",)}, "suffix 'toy' must be in lower case and begin with a dot"),
            ({"suffixes": (".TOY",)}, "suffix '.TOY' must be in lower case and begin with a dot"),
        ],
    )
    def test_a_line_that_finds_nothing_is_refused(self, changes, what: str) -> None:
        with pytest.raises((TypeError, ValueError)) as caught:
            toy(**changes)

        assert str(caught.value) == what

    def test_the_kit_checks_a_reader_on_a_file(self) -> None:
        check_reader(toy(), b"TOY 1 2 3 1 uint8", "a.toy")

        with pytest.raises(ImageError, match="came as"):
            check_reader(attrs.evolve(toy(), factory=Liar), b"TOY 1 2 3 1 uint8", "a.toy")


def test_a_zip_says_what_to_do_with_it():
    with pytest.raises(ImageError, match="is a zip; unfold it, and name its folder"):
        Readers.built_in().find("cells.zip", b"PK\x03\x04" + bytes(128))
