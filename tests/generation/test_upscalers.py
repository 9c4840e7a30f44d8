"""Enlargements: the same frames in the same order at the new size, whoever makes them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import stitcher
from stitcher.errors import BudgetExceeded, InputError, UnknownOutcome
from stitcher.generation.approval import Approval
from stitcher.generation.edit_and_upscale_requests import fitting_resolution, upscaled_size
from stitcher.generation.generate import generate
from stitcher.generation.local_upscale import LocalUpscaler
from stitcher.generation.models import Models
from stitcher.generation.rescue import adopt
from stitcher.generation.selects import outdated_pictures, remove
from stitcher.generation.upscale_run import upscale
from stitcher.generation.upscalers import Upscaler, cut_piece, find_upscaler, join_pieces
from stitcher.media import frames
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.preset_files import package_folder
from stitcher.standin import Fault, StandIn
from stitcher.storyboard.load import load
from stitcher.storyboard.model import Upscale
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code
from tests.generation.chain_kit import CHAIN, at_rest, coding_server, project, runway
from tests.generation.documented import documented_python


def codes(clip: Clip) -> list[tuple[int, int]]:
    """What each frame of a coded clip says it is."""
    found = []
    for gray in frames.gray_frames(clip, FrameRange(0, clip.video.frames)):
        found.append(read_code(np.asarray(Image.fromarray(gray).resize((320, 192), Image.Resampling.BOX))))
    return found


class UpscalerContract:
    """Subclass with a fixture `upscaler`."""

    def test_it_keeps_to_the_protocol(self, upscaler: Upscaler) -> None:
        assert isinstance(upscaler, Upscaler)

    def test_the_same_frames_in_the_same_order_at_the_new_size(
        self, upscaler: Upscaler, footage: Footage, tmp_path: Path
    ) -> None:
        source = probe(footage.clip(3, frames=25))
        target = tmp_path / "large.mp4"
        upscaler.enlarge(source, target, (320, 192), Upscale(by="local", to="192p", sharpen=40))
        large = probe(target)
        assert (large.video.width, large.video.height) == (320, 192)
        assert (large.video.frames, large.video.rate) == (25, source.video.rate)
        assert codes(large) == [(3, number) for number in range(25)]
        assert large.audio == ()

    def test_colours_are_described_as_before(
        self, upscaler: Upscaler, footage: Footage, tmp_path: Path
    ) -> None:
        source = probe(footage.clip(3, frames=25))
        upscaler.enlarge(source, tmp_path / "l.mp4", (320, 192), Upscale(by="local", to="192p"))
        assert probe(tmp_path / "l.mp4").video.colour.matrix == source.video.colour.matrix


class TestLocal(UpscalerContract):
    @pytest.fixture
    def upscaler(self) -> Upscaler:
        return LocalUpscaler()


class TestDocumented(UpscalerContract):
    @pytest.fixture
    def upscaler(self) -> Upscaler:
        code = documented_python("BlockUpscaler")
        made = code["BlockUpscaler"]()  # type: ignore[operator]  # a class, as the document says
        assert isinstance(made, Upscaler)
        return made


def test_upscalers_are_found_by_name() -> None:
    assert find_upscaler("local").name == "local"
    with pytest.raises(stitcher.StitcherError, match="local, runway"):
        find_upscaler("nobody")


@pytest.mark.parametrize(
    ("shown", "to", "size"),
    [
        ((1280, 720), "2160p", (3840, 2160)),
        ((720, 1280), "2160p", (2160, 3840)),
        ((960, 960), "1080p", (1080, 1080)),
        ((1584, 672), "1080p", (2546, 1080)),
    ],
)
def test_the_shorter_side_is_what_is_asked_for(
    shown: tuple[int, int], to: str, size: tuple[int, int]
) -> None:
    assert upscaled_size(shown, to) == size


@pytest.mark.parametrize(
    ("shown", "to", "resolution"),
    [
        ((1280, 720), "1080p", "1k"),
        ((720, 1280), "1080p", "1k"),
        ((854, 480), "1080p", "1k"),
        ((960, 960), "1080p", "1k"),
        ((1104, 832), "1080p", "1k"),
        ((1584, 672), "1080p", "2k"),
        ((1584, 672), "1440p", "4k"),
        ((1584, 672), "2160p", None),
        ((640, 1600), "1080p", "4k"),
        ((832, 1104), "2160p", "4k"),
    ],
)
def test_what_is_asked_for_is_large_enough_whichever_side_the_service_means(
    models: Models, shown: tuple[int, int], to: str, resolution: str | None
) -> None:
    model = models.get("magnific_video_upscaler_creative")
    assert fitting_resolution(model, upscaled_size(shown, to)) == resolution


def test_nothing_is_made_smaller() -> None:
    with pytest.raises(InputError, match="already at least"):
        upscaled_size((1280, 720), "720p")


def test_pieces_are_joined_without_a_frame_more_or_less(footage: Footage, tmp_path: Path) -> None:
    source = probe(footage.clip(5, frames=49))
    parts = []
    for number, piece in enumerate((FrameRange(0, 24), FrameRange(24, 49))):
        cut_piece(source, piece, tmp_path / f"{number}.mp4")
        parts.append(probe(tmp_path / f"{number}.mp4"))
    assert [part.video.frames for part in parts] == [24, 25]
    size = (source.video.width, source.video.height)
    assert join_pieces(parts, size, tmp_path / "whole.mp4") == ""
    assert codes(probe(tmp_path / "whole.mp4")) == [(5, number) for number in range(49)]


@pytest.mark.parametrize("size", [(160, 104), (164, 92)], ids=["filled up", "cut"])
def test_an_odd_size_is_filled_up_or_cut_and_said(
    footage: Footage, tmp_path: Path, size: tuple[int, int]
) -> None:
    part = probe(footage.clip(6, frames=25))
    said = join_pieces([part], size, tmp_path / "w.mp4")
    whole = probe(tmp_path / "w.mp4")
    assert f"{part.video.width}x{part.video.height}" in said
    assert (whole.video.width, whole.video.height, whole.video.frames) == (*size, 25)


@pytest.mark.parametrize(
    ("size", "said"),
    [((240, 144), "it was scaled"), ((80, 48), "it was scaled"), ((244, 144), "it was scaled")],
    ids=["larger", "smaller", "nearly the shape"],
)
def test_another_size_of_the_same_shape_is_scaled_and_shows_the_whole_picture(
    footage: Footage, tmp_path: Path, size: tuple[int, int], said: str
) -> None:
    part = probe(footage.clip(6, frames=25))
    assert said in join_pieces([part], size, tmp_path / "w.mp4")
    whole = probe(tmp_path / "w.mp4")
    assert (whole.video.width, whole.video.height, whole.video.frames) == (*size, 25)
    one, two = (
        np.asarray(Image.fromarray(frames.frame(clip, 12)).resize((80, 48), Image.Resampling.BOX)).astype(int)
        for clip in (part, whole)
    )
    assert np.abs(one - two).mean() < 8


def test_a_film_of_clips_is_laid_out_from_the_larger_ones(footage: Footage, tmp_path: Path) -> None:
    for number in (1, 2):
        shutil.copyfile(footage.clip(number, frames=25), tmp_path / f"{number}.mp4")
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nupscale: {by: local, to: 192p}\nshots:\n  - {id: a, clip: 1.mp4}\n"
        "  - {id: b, clip: 2.mp4, transition: cut}\n"
    )
    board = load(tmp_path / "b.yaml")
    before = stitcher.lay_out(board)
    made = upscale(board)
    after = stitcher.lay_out(board)
    assert [take.file for take in made.takes] == ["takes/a/1.192p.local.mp4", "takes/b/1.192p.local.mp4"]
    assert (before.width, before.height) == (160, 96)
    assert (after.width, after.height, after.frames) == (320, 192, before.frames)
    assert upscale(board).takes == ()
    shutil.copyfile(footage.clip(9, frames=25), tmp_path / "1.mp4")
    assert stitcher.lay_out(board).items[0].source.path == tmp_path / "1.mp4"  # type: ignore[union-attr]  # a clip, not a title
    (told,) = outdated_pictures(board)
    assert told.startswith(
        "Shot a: takes/a/1.192p.local.mp4 was made of another file than 1.mp4 as it is now"
    )
    again = upscale(board)
    assert [take.file for take in again.takes] == ["takes/a/2.192p.local.mp4"]
    assert again.notes[0].startswith("Shot a: takes/a/1.192p.local.mp4 was made of another file")
    assert stitcher.lay_out(board).items[0].source.path == tmp_path / "takes/a/2.192p.local.mp4"  # type: ignore[union-attr]  # as above
    assert (outdated_pictures(board), upscale(board).takes) == ((), ())
    # The file that was there first has its larger pictures still.
    shutil.copyfile(footage.clip(1, frames=25), tmp_path / "1.mp4")
    assert stitcher.lay_out(board).items[0].source.path == tmp_path / "takes/a/1.192p.local.mp4"  # type: ignore[union-attr]  # as above
    assert upscale(board).takes == ()


def test_an_enlargement_that_was_removed_is_made_again(footage: Footage, tmp_path: Path) -> None:
    shutil.copyfile(footage.clip(1, frames=25), tmp_path / "1.mp4")
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nupscale: {by: local, to: 192p}\nshots:\n  - {id: a, clip: 1.mp4}\n"
    )
    board = load(tmp_path / "b.yaml")
    upscale(board)
    with pytest.raises(
        InputError, match=r"no enlargement of take 1 to 1080p on disk; there are: 192p of 1 \(local\)"
    ):
        remove(tmp_path, "a", 1, upscale="1080p")
    _, gone = remove(tmp_path, "a", 1, upscale="192p")
    assert [path.name for path in gone] == ["1.192p.local.mp4"]
    assert stitcher.lay_out(board).items[0].source.path == tmp_path / "1.mp4"  # type: ignore[union-attr]  # a clip, not a title
    assert [(take.number, take.attempt) for take in upscale(board).takes] == [(1, 2)]
    assert stitcher.lay_out(board).items[0].source.path == gone[0]  # type: ignore[union-attr]  # a clip, not a title


class TestRunway:
    @pytest.fixture
    def server(self, coded: Path) -> Iterator[StandIn]:
        with coding_server(coded) as running:
            yield running

    @pytest.mark.slow
    def test_a_circled_take_is_enlarged_once_and_the_film_shows_it(
        self, server: StandIn, tmp_path: Path
    ) -> None:
        board = project(tmp_path, CHAIN[0])
        with runway(server) as provider:
            generate(board, provider=provider)
            with pytest.raises(BudgetExceeded):
                upscale(board, by="runway", to="1440p", provider=provider, approval=Approval(max_credits=10))
            made = upscale(board, by="runway", to="1440p", provider=provider)
            assert upscale(board, by="runway", to="1440p", provider=provider).takes == ()
        assert [(take.purpose, take.file) for take in made.takes] == [
            ("upscale", "takes/s1/1.1440p.part-1.mp4")
        ]
        assert made.credits == 45
        assert server.books.charged == 10 + 45
        large = stitcher.lay_out(board).items[0].source
        assert isinstance(large, Clip)
        assert (large.video.width, large.video.height, large.video.frames) == (2560, 1440, 49)
        small = probe(tmp_path / "takes/s1/1.mp4")
        one, two = (
            np.asarray(Image.fromarray(frames.frame(clip, 30)).resize((160, 90))).astype(int)
            for clip in (small, large)
        )
        assert np.abs(one - two).mean() < 4
        assert small.video.rate == large.video.rate == Fraction(24)

    def test_an_animatic_is_not_enlarged(self, tmp_path: Path) -> None:
        board = project(tmp_path, at_rest(CHAIN[0]))
        generate(board)
        made = upscale(board, by="local", to="1080p")
        assert made.takes == ()
        assert "no real take" in made.notes[0]

    @pytest.mark.slow
    def test_a_long_clip_goes_in_pieces_and_comes_back_frame_for_frame(
        self, server: StandIn, footage: Footage, tmp_path: Path
    ) -> None:
        shutil.copyfile(footage.clip(8, frames=800, size=(160, 92)), tmp_path / "long.mp4")
        (tmp_path / "b.yaml").write_text(
            "stitcher: 1\nupscale: {by: runway, to: 720p}\nshots:\n  - {id: a, clip: long.mp4}\n"
        )
        board = load(tmp_path / "b.yaml")
        price = stitcher.estimate(board).credits
        with runway(server) as provider:
            made = upscale(board, provider=provider)
            again = upscale(board, provider=provider)
        assert sorted((take.piece, take.frames) for take in made.takes) == [(0, 400), (1, 400)]
        assert (made.credits, server.books.charged, again.takes) == (price, price, ())
        assert "1248x720 where 1252x720 was wanted" in made.notes[0]
        large = stitcher.lay_out(board).items[0].source
        assert isinstance(large, Clip)
        assert (large.video.width, large.video.height, large.video.frames) == (1252, 720, 800)
        for number in (0, 1, 399, 400, 401, 799):
            gray = next(frames.gray_frames(large, FrameRange(number, number + 1)))
            small = np.asarray(Image.fromarray(gray).resize((320, 184), Image.Resampling.BOX))
            assert read_code(small) == (8, number)

    @pytest.mark.slow
    def test_a_clip_that_was_changed_is_enlarged_anew_at_its_price_and_no_piece_of_another_is_joined_to_it(
        self, server: StandIn, footage: Footage, tmp_path: Path
    ) -> None:
        (tmp_path / "b.yaml").write_text(
            "stitcher: 1\nupscale: {by: runway, to: 192p}\nshots:\n  - {id: a, clip: c.mp4}\n"
        )
        package = package_folder() / "models" / "magnific_video_upscaler_creative.toml"
        models = tmp_path / "presets/models"
        models.mkdir(parents=True)
        text = (
            package.read_text()
            .replace("max_frames = 720", "max_frames = 20")
            .replace("1k = 1080", "1k = 192")
        )
        (models / package.name).write_text(text)
        board = load(tmp_path / "b.yaml")
        with runway(server) as provider:
            for clip, number in ((5, 1), (6, 2)):
                shutil.copyfile(footage.clip(clip, frames=25), tmp_path / "c.mp4")
                price = stitcher.estimate(board).credits
                made = upscale(board, provider=provider)
                # In the order in which they came back.
                assert sorted((take.number, take.piece) for take in made.takes) == [(number, 0), (number, 1)]
                assert price == made.credits > 0
                larger = stitcher.lay_out(board).items[0].source
                assert isinstance(larger, Clip)
                assert larger.path.name.startswith(f"{number}.192p.whole-")
                assert upscale(board, provider=provider).takes == ()
            _, gone = remove(tmp_path, "a", 2, upscale="192p")
            assert sorted({path.name.split(".")[2].split("-")[0] for path in gone}) == [
                "cut",
                "part",
                "whole",
            ]
            assert [path for path in (tmp_path / "takes/a").iterdir() if path.name.startswith("2.")] == []
            assert stitcher.estimate(board).credits == price
            assert [take.attempt for take in upscale(board, provider=provider).takes] == [2, 2]

    @pytest.mark.slow
    def test_a_piece_that_is_adopted_is_made_to_fit_and_shown_at_once(
        self, server: StandIn, footage: Footage, tmp_path: Path
    ) -> None:
        shutil.copyfile(footage.clip(8, frames=12), tmp_path / "c.mp4")
        (tmp_path / "b.yaml").write_text("stitcher: 1\nshots:\n  - {id: a, clip: c.mp4}\n")
        board = load(tmp_path / "b.yaml")
        server.script("create", Fault.drop(booked=True))
        with runway(server) as provider:
            with pytest.raises(UnknownOutcome):
                upscale(board, by="runway", to="1080p", provider=provider)
            made = adopt(board, "a", server.books.tasks[0].id, provider=provider)
        assert "1792x1072 where 1800x1080 was wanted" in made.notes[0]
        large = stitcher.lay_out(board).items[0].source
        assert isinstance(large, Clip)
        assert (large.video.width, large.video.height, large.video.frames) == (1800, 1080, 12)
