"""Final Cut Pro 7 XML (xmeml), as Premiere, Resolve and others write it: its sequences and files. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

from stitcher.exporters.losses import unique
from stitcher.exporters.transition_names import WIPES
from stitcher.importers.cut import Cut, CutMarker, CutMedia
from stitcher.importers.losses import Unread
from stitcher.importers.text import address_of, file_name, parse_xml, refused
from stitcher.importers.xmeml_sounds import SoundTrackReader, joined_channels
from stitcher.importers.xmeml_tracks import Document, TrackReader, is_off, rate_of, text_of, whole_of
from stitcher.storyboard.transition_kinds import DIPS, DISSOLVE


def read_xmeml(data: bytes, name: str) -> Cut:
    """The first sequence of a document. Raises `InputError` for what is none."""
    root = parse_xml(data, name)
    sequences = [one for one in root.iter("sequence") if one.find("media") is not None]
    if root.tag != "xmeml" or not sequences:
        raise refused(name, "holds no sequence of Final Cut Pro 7 XML.")
    inner = {id(one) for outer in sequences for one in outer.iter("sequence") if one is not outer}
    outer = [one for one in sequences if id(one) not in inner]
    reader = _Reader(root, {one.get("id", ""): one for one in sequences if one.get("id")}, name)
    cut = reader.sequence(outer[0], 0)
    if len(outer) > 1:
        others = ", ".join(text_of(one, "name") for one in outer[1:])
        reader.unread.append(Unread("sequences", detail=others))
    return replace(cut, unread=unique(reader.unread))


class _Reader(Document):
    def __init__(self, root: ET.Element, sequences: Mapping[str, ET.Element], name: str) -> None:
        self.name = name
        self.nested = sequences
        self.unread: list[Unread] = []
        # Each file is described where it is met first, and only named from then on.
        described = [element for element in root.iter("file") if len(element) and element.get("id")]
        self.files = {element.get("id", ""): element for element in reversed(described)}
        self.media: dict[str, CutMedia] = {}

    def sequence(self, element: ET.Element, depth: int) -> Cut:
        """The cut that a sequence is; `depth` counts the sequences around it."""
        rate = rate_of(element)
        if rate is None:
            title = text_of(element, "name") or "without a name"
            raise refused(self.name, f"has a sequence that does not say its rate ({title}).")
        reader = TrackReader(self, rate, depth)
        pictures = [
            reader.track(track) for track in element.findall("media/video/track") if not is_off(track)
        ]
        heard = SoundTrackReader(self, rate, depth)
        sounds = joined_channels([heard.track(track) for track in element.findall("media/audio/track")])
        markers = [
            CutMarker(whole_of(one, "in", 0), text_of(one, "name"), text_of(one, "comment"))
            for one in element.findall("marker")
            if whole_of(one, "in", -1) >= 0
        ]
        form = "media/video/format/samplecharacteristics"
        width, height = (whole_of(element, f"{form}/{side}", 0) for side in ("width", "height"))
        return Cut(
            title=text_of(element, "name"),
            rate=rate,
            pictures=tuple(pictures),
            sounds=sounds,
            markers=tuple(sorted((*markers, *reader.markers), key=lambda marker: marker.frame)),
            start_frame=max(0, whole_of(element, "timecode/frame", 0)),
            kinds=frozenset({DISSOLVE.name, *WIPES, *DIPS}),
            drop_frame=text_of(element, "timecode/displayformat") == "DF" and rate.denominator > 1,
            size=(width, height) if width > 0 and height > 0 else None,
        )

    def file(self, element: ET.Element, name: str) -> CutMedia | None:
        """The media of a clip's `file` element."""
        key = element.get("id") or ""
        described = element if len(element) else self.files.get(key)
        if described is None:
            return None
        if key not in self.media or not key:
            address = address_of(text_of(described, "pathurl"))
            rate, frames = rate_of(described), whole_of(described, "duration", 0)
            inside = described.find("media")
            self.media[key] = CutMedia(
                name=file_name(address) or text_of(described, "name") or name,
                address=address,
                rate=rate,
                frames=frames if frames > 0 and rate is not None else None,
                has_picture=inside is None or inside.find("video") is not None,
                has_sound=None if inside is None else inside.find("audio") is not None,
                reel=text_of(described, "timecode/reel/name"),
            )
        return self.media[key]
