"""Cuts as editors write them, by hand after their habits: each right, or named; and harm refused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.errors import InputError
from stitcher.importers.board import board_data
from stitcher.importers.cut import Cut
from stitcher.importers.edl import read_edl
from stitcher.importers.fcpxml import read_fcpxml
from stitcher.importers.film_view import FilmView
from stitcher.importers.otio_json import read_otio
from stitcher.importers.text import address_of, exact_rate
from stitcher.importers.xmeml import read_xmeml
from stitcher.storyboard.load import parse
from stitcher.storyboard.write import storyboard_text

BASE = Path("/project")
RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"


def rows(cut: Cut) -> list[tuple[str, int, int, Fraction, str]]:
    """File, where it is seen, media frame, and how it comes in; and the storyboard of it can be read."""
    parse(storyboard_text(board_data(cut, {}, BASE).data), path=BASE / "board.yaml")
    view = FilmView.of(cut)
    found = []
    for index, clip in enumerate(view.track.clips):
        blend = view.track.blend_at(index - 1)
        found.append(
            (
                "off" if not clip.enabled else clip.media.name if clip.media else clip.text or "",
                clip.record.start,
                clip.record.stop,
                clip.start * cut.rate,
                "" if blend is None else f"{blend.kind} {blend.in_frames}+{blend.out_frames}",
            )
        )
    return found


def kinds(cut: Cut) -> set[str]:
    return {one.kind for one in FilmView.of(cut).unread}


def xmeml(video: str, audio: str = "", more: str = "") -> bytes:
    text = f"""\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xmeml>
<xmeml version="4"><sequence id="s1"><name>Cut</name><duration>100</duration>{RATE}
<timecode>{RATE}<string>00:00:10:00</string><frame>250</frame><displayformat>NDF</displayformat></timecode>
<media><video><format><samplecharacteristics><width>1920</width><height>1080</height></samplecharacteristics></format>
{video}</video><audio>{audio}</audio></media>{more}</sequence></xmeml>"""
    return text.replace("\n", "\r\n").encode()


def clip(start: int, end: int, first: int, last: int, more: str = "", file: str = "a") -> str:
    url = f"file://localhost/C%3a/Footage/My%20{file}.mov"
    return f"""<clipitem id="{file}{start}"><name>My {file}.mov</name><enabled>TRUE</enabled>{RATE}
<start>{start}</start><end>{end}</end><in>{first}</in><out>{last}</out>
<file id="{file}"><name>My {file}.mov</name><pathurl>{url}</pathurl>{RATE}<duration>500</duration>
<media><video/><audio/></media></file>{more}</clipitem>"""


def over(start: int, end: int, name: str = "Cross Dissolve", alignment: str = "center") -> str:
    return f"""<transitionitem>{RATE}<start>{start}</start><end>{end}</end><alignment>{alignment}</alignment>
<effect><name>{name}</name><effectid>{name}</effectid></effect></transitionitem>"""


RAMP = """<filter><effect><name>Time Remap</name><effectid>timeremap</effectid>
<parameter><parameterid>variablespeed</parameterid><value>1</value></parameter>
<parameter><parameterid>speed</parameterid><value>200</value></parameter></effect></filter>"""
NESTED = f"""<sequence id="n"><name>Inner</name><duration>50</duration>{RATE}<media><video><track>
{clip(0, 20, 100, 120)}{clip(20, 50, 0, 30, file="b")}</track></video></media></sequence>"""


@pytest.mark.parametrize(
    ("video", "expected", "lost"),
    [
        pytest.param(
            f"<track>{clip(0, 30, 10, 40)}{clip(40, 60, 5, 25, file='b')}</track>",
            [("My a.mov", 0, 30, 10, ""), ("", 30, 40, 0, ""), ("My b.mov", 40, 60, 5, "")],
            set(),
            id="gap",
        ),
        pytest.param(
            f"<track>{clip(0, -1, 10, 45)}{over(25, 35)}{clip(-1, 60, 5, 40, file='b')}</track>",
            [("My a.mov", 0, 30, 10, ""), ("My b.mov", 30, 60, 10, "dissolve 5+5")],
            set(),
            id="dissolve",
        ),
        pytest.param(
            f"<track>{over(0, 10, alignment='start-black')}{clip(-1, 30, 10, 40)}</track>",
            [("", 0, 0, 0, ""), ("My a.mov", 0, 30, 10, "dissolve 0+10")],
            set(),
            id="fade in",
        ),
        pytest.param(
            f"<track>{clip(0, 30, 10, 40).replace('TRUE', 'FALSE', 1)}</track>",
            [("off", 0, 30, 10, "")],
            set(),
            id="disabled",
        ),
        pytest.param(
            f"<track>{clip(0, 30, 10, 40)}</track><track>{clip(10, 20, 7, 17, file='b')}</track>",
            [("My a.mov", 0, 10, 10, ""), ("My b.mov", 10, 20, 7, ""), ("My a.mov", 20, 30, 30, "")],
            {"layers"},
            id="layers",
        ),
        pytest.param(
            f"<track><clipitem id='x'><name>Inner</name><enabled>TRUE</enabled>{RATE}<start>0</start><end>30</end>"
            f"<in>10</in><out>40</out>{NESTED}</clipitem></track>",
            [("My a.mov", 0, 10, 110, ""), ("My b.mov", 10, 30, 0, "")],
            set(),
            id="nested",
        ),
        pytest.param(
            f"<track>{clip(0, 30, 10, 40, RAMP)}</track>",
            [("My a.mov", 0, 30, 20, "")],
            {"speed-ramp"},
            id="ramp",
        ),
        pytest.param(
            f"<track>{clip(0, -1, 10, 45)}{over(25, 35, 'Morph Cut')}{clip(-1, 60, 5, 40, file='b')}</track>",
            [("My a.mov", 0, 30, 10, ""), ("My b.mov", 30, 60, 10, "dissolve 5+5")],
            {"transition"},
            id="a transition nobody has",
        ),
        pytest.param(
            f"<track>{clip(0, 30, -5, 25)}</track>",
            [("", 0, 5, 0, ""), ("My a.mov", 5, 30, 0, "")],
            {"before-media"},
            id="before its file",
        ),
    ],
)
def test_premieres_xml(video: str, expected: list[tuple[str, int, int, int, str]], lost: set[str]) -> None:
    cut = read_xmeml(xmeml(video), "cut.xml")
    assert rows(cut) == expected
    assert kinds(cut) == lost
    assert (cut.rate, cut.start_frame, cut.size) == (25, 250, (1920, 1080))
    assert {media.address for media in cut.media} <= {"C:/Footage/My a.mov", "C:/Footage/My b.mov"}


def test_the_channels_of_a_sound_are_one_and_go_with_their_picture() -> None:
    channels = "".join(
        f"<track>{clip(0, 30, 10, 40).replace('a0', f'x{number}')}</track>" for number in (1, 2)
    )
    cut = read_xmeml(xmeml(f"<track>{clip(0, 30, 10, 40)}</track>", channels), "cut.xml")
    view = FilmView.of(cut)
    assert (list(view.sounds.by_clip), view.sounds.others) == ([0], ())


FORMAT = '<format id="r1" frameDuration="1001/24000s" width="1920" height="1080"/>'
ASSETS = """<asset id="a" name="A" start="86486400/24000s" duration="240240/24000s" hasVideo="1"
hasAudio="1" format="r1"><media-rep kind="original-media" src="file:///Volumes/Raid/A%20one.mov"/></asset>
<asset id="b" name="B" start="0s" duration="240240/24000s" hasVideo="1" format="r1" src="./media/B.mov"/>
<media id="c" name="Compound"><sequence format="r1" duration="48048/24000s"><spine>
<asset-clip ref="b" offset="0s" start="10010/24000s" duration="48048/24000s" name="B"/></spine></sequence></media>
<media id="m" name="Multi"><multicam format="r1"><mc-angle name="1" angleID="one">
<asset-clip ref="a" offset="0s" start="86486400/24000s" duration="240240/24000s" name="A"/></mc-angle>
<mc-angle name="2" angleID="two"><asset-clip ref="b" offset="0s" duration="240240/24000s" name="B"/></mc-angle>
</multicam></media>"""


def fcpxml(spine: str, version: str = "1.11") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="{version}"><resources>{FORMAT}
{ASSETS}</resources><library><event name="E"><project name="Cut"><sequence format="r1" tcStart="86486400/24000s"
tcFormat="NDF" duration="96096/24000s"><spine>{spine}</spine></sequence></project></event></library>
</fcpxml>""".encode()


def at(frames: int) -> str:
    return f"{86486400 + 1001 * frames}/24000s"


def frames(count: int) -> str:
    return f"{1001 * count}/24000s"


ONE = f'<asset-clip ref="a" name="A" offset="{at(0)}" start="{at(12)}" duration="{frames(24)}" audioRole="dialogue"/>'


@pytest.mark.parametrize(
    ("spine", "expected", "lost"),
    [
        pytest.param(ONE, [("A one.mov", 0, 24, 12, "")], set(), id="source timecode"),
        pytest.param(
            f'{ONE}<gap offset="{at(24)}" duration="{frames(6)}"/><asset-clip ref="b" enabled="0" name="B" '
            f'offset="{at(30)}" duration="{frames(10)}"/>',
            [("A one.mov", 0, 24, 12, ""), ("", 24, 30, 0, ""), ("off", 30, 40, 0, "")],
            set(),
            id="gap and disabled",
        ),
        pytest.param(
            f'{ONE}<transition name="Cross Dissolve" offset="{at(18)}" duration="{frames(12)}"/>'
            f'<asset-clip ref="b" name="B" offset="{at(24)}" start="{frames(20)}" duration="{frames(10)}"/>',
            [("A one.mov", 0, 24, 12, ""), ("B.mov", 24, 34, 20, "dissolve 6+6")],
            set(),
            id="dissolve over contiguous items",
        ),
        pytest.param(
            f'<ref-clip ref="c" name="Compound" offset="{at(0)}" start="{frames(4)}" duration="{frames(20)}"/>',
            [("B.mov", 0, 20, 14, "")],
            set(),
            id="compound",
        ),
        pytest.param(
            f'<mc-clip ref="m" name="Multi" offset="{at(0)}" start="{frames(5)}" duration="{frames(20)}">'
            '<mc-source angleID="two" srcEnable="all"/></mc-clip>',
            [("B.mov", 0, 20, 5, "")],
            {"multicam"},
            id="multicam",
        ),
        pytest.param(
            ONE.replace(
                "/>",
                f'><asset-clip lane="1" ref="b" name="B" offset="{at(18)}" duration="{frames(6)}"/></asset-clip>',
            ),
            [("A one.mov", 0, 6, 12, ""), ("B.mov", 6, 12, 0, ""), ("A one.mov", 12, 24, 24, "")],
            {"layers"},
            id="connected clip",
        ),
        pytest.param(f"<audition>{ONE}</audition>", [("A one.mov", 0, 24, 12, "")], set(), id="audition"),
        pytest.param(
            f'<title name="Basic Title" offset="{at(0)}" duration="{frames(24)}"><text><text-style ref="t">Hello'
            "</text-style></text></title>",
            [("Hello", 0, 24, 0, "")],
            {"name"},
            id="title",
        ),
        pytest.param(
            f'<asset-clip ref="b" name="B" offset="{at(0)}" start="{frames(10)}" duration="{frames(20)}"><timeMap>'
            f'<timept time="0s" value="0s"/><timept time="{frames(120)}" value="{frames(240)}"/></timeMap>'
            "</asset-clip>",
            [("B.mov", 0, 20, 20, "")],
            set(),
            id="retimed",
        ),
    ],
)
def test_final_cuts_xml(spine: str, expected: list[tuple[str, int, int, int, str]], lost: set[str]) -> None:
    cut = read_fcpxml(fcpxml(spine), "cut.fcpxml")
    assert rows(cut) == expected
    assert kinds(cut) - {"overlay"} == lost
    assert (cut.rate, cut.start_frame) == (Fraction(24000, 1001), 86400)


def test_a_version_of_fcpxml_that_nobody_knew_is_named() -> None:
    assert "version" in kinds(read_fcpxml(fcpxml(ONE, "1.99"), "cut.fcpxml"))


EDL = """TITLE: CUT
FCM: NON-DROP FRAME

001  TAPE1    V     C        00:00:02:00 00:00:04:00 01:00:00:00 01:00:02:00
* FROM CLIP NAME: one.mov
002  TAPE1    V     C        00:00:04:00 00:00:04:00 01:00:02:00 01:00:02:00
002  TAPE2    V     D    012 00:00:01:00 00:00:03:00 01:00:02:00 01:00:04:00
* FROM CLIP NAME: one.mov
* TO CLIP NAME: two.mov
003  TAPE2    V     C        00:00:00:00 00:00:04:00 01:00:05:00 01:00:07:00
M2   TAPE2    050.0                          00:00:00:00
* FROM CLIP NAME: two.mov
"""


def test_an_edit_list_of_others() -> None:
    cut = read_edl([EDL.replace("\n", "\r\n").encode()], "cut.edl", Fraction(25))
    assert rows(cut) == [
        ("one.mov", 0, 56, 50, ""),
        ("two.mov", 56, 100, 31, "dissolve 6+6"),
        ("", 100, 125, 0, ""),
        ("two.mov", 125, 175, 0, ""),
    ]
    assert cut.pictures[0].clips[3].speed == 2
    assert cut.start_frame == 90_000


@pytest.mark.parametrize(
    ("text", "rate", "message"),
    [
        (EDL.replace("NON-DROP", "DROP"), Fraction(24), "drop-frame, which exists at 29.97 and 59.94 only"),
        (
            EDL.replace("00:00:02:00 ", "00:00:02:27 ", 1),
            Fraction(25),
            "which there is not at 25 frames a second",
        ),
        (EDL.replace("00:00:02:00 ", "00:00:xx:00 ", 1), Fraction(25), "line 4 is no event that can be read"),
        ("TITLE: x\n", Fraction(25), "holds no event"),
    ],
)
def test_an_edit_list_that_cannot_be_is_refused_by_its_line(text: str, rate: Fraction, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_edl([text.encode()], "cut.edl", rate)


def otio(children: list[object], rate: float = 23.976) -> bytes:
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "name": "V1", "children": children}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    return json.dumps({"OTIO_SCHEMA": "Timeline.1", "name": "Cut", "tracks": stack}).encode()


def span(start: float, length: float, rate: float = 23.976) -> dict[str, object]:
    def time(value: float) -> dict[str, object]:
        return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}

    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": time(start), "duration": time(length)}


def old_clip(start: float, length: float, url: str = "C:\\Footage\\a.mov") -> dict[str, object]:
    reference = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": url, "available_range": span(86400, 240)}
    return {
        "OTIO_SCHEMA": "Clip.1",
        "name": "a",
        "source_range": span(start, length),
        "media_reference": reference,
    }


def test_an_older_otio_with_a_nested_stack_and_a_rate_that_was_typed() -> None:
    inner = {
        "OTIO_SCHEMA": "Track.1",
        "kind": "Video",
        "children": [old_clip(86410, 20), old_clip(86450, 20)],
    }
    stack = {"OTIO_SCHEMA": "Stack.1", "name": "nest", "source_range": span(10, 20), "children": [inner]}
    gap = {"OTIO_SCHEMA": "Gap.1", "source_range": span(0, 6)}
    cut = read_otio(otio([old_clip(86412, 24), gap, stack]), "cut.otio")
    assert cut.rate == Fraction(24000, 1001)
    assert rows(cut) == [
        ("a.mov", 0, 24, 12, ""),
        ("", 24, 30, 0, ""),
        ("a.mov", 30, 40, 20, ""),
        ("a.mov", 40, 50, 50, ""),
    ]
    assert cut.media[0].address == "C:/Footage/a.mov"


LAUGHS = '<!DOCTYPE xmeml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xmeml version="5">&b;</xmeml>'
OUTSIDE = '<!DOCTYPE xmeml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xmeml version="5">&a;</xmeml>'
DEEP = "<xmeml>" + "<a>" * 5000 + "</a>" * 5000 + "</xmeml>"


@pytest.mark.parametrize("reader", [read_xmeml, read_fcpxml])
@pytest.mark.parametrize(
    ("text", "message"),
    [(LAUGHS, "declares entities"), (OUTSIDE, "declares entities"), (DEEP, "nested more than")],
)
def test_xml_that_means_harm_is_refused(reader: object, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        reader(text.encode(), "cut.xml")  # type: ignore[operator]  # one of two functions


def test_json_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="is not JSON that can be read"):
        read_otio(b"[" * 200_000, "cut.otio")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("file:///Volumes/My%20Disk/a.mov", "/Volumes/My Disk/a.mov"),
        ("file://localhost/Users/me/a.mov", "/Users/me/a.mov"),
        ("file://localhost/C%3a/a%20b.mov", "C:/a b.mov"),
        ("file:///C:/a.mov", "C:/a.mov"),
        ("file://C:/a.mov", "C:/a.mov"),
        ("file://server/share/a.mov", "//server/share/a.mov"),
        ("C:\\Footage\\a.mov", "C:/Footage/a.mov"),
        ("\\\\server\\share\\a.mov", "//server/share/a.mov"),
        ("media/a.mov", "media/a.mov"),
    ],
)
def test_an_address_in_anybodys_words(url: str, address: str) -> None:
    assert address_of(url) == address


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        (23.976023976, Fraction(24000, 1001)),
        (23.976, Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (24.0, Fraction(24)),
        (25.0, Fraction(25)),
        (12.5, Fraction(25, 2)),
    ],
)
def test_a_rate_is_what_was_meant(written: float | str, rate: Fraction) -> None:
    assert exact_rate(written) == rate
