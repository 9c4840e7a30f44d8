"""The library: from clips or a storyboard to a film, step by step or at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import stitcher
from stitcher import errors
from stitcher.delivery import hardware
from stitcher.media import frames
from stitcher.rendering.progress import Step
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code, tone


@pytest.fixture(scope="module")
def chain(footage: Footage) -> list[Path]:
    return footage.chain(3, first_id=70, frames=25)


def _codes(path: Path) -> list[tuple[int, int]]:
    clip = stitcher.probe(path)
    return [read_code(gray) for gray in frames.gray_frames(clip, FrameRange(0, clip.video.frames))]


def test_clips_become_a_film_in_one_line(chain: list[Path], tmp_path: Path) -> None:
    film = stitcher.render(stitcher.assemble(chain), tmp_path / "film.mp4")
    assert film.paths == (tmp_path / "film.mp4",)
    # The frame that a clip repeats of the one before is taken off the end of the earlier one.
    assert _codes(tmp_path / "film.mp4") == [
        *((70, n) for n in range(24)),
        (70, 24),
        *((71, n) for n in range(1, 24)),
        (71, 24),
        *((72, n) for n in range(1, 25)),
    ]


def test_paths_may_be_texts(chain: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stitcher.render(stitcher.assemble([str(path) for path in chain]), "film.mp4")
    assert (tmp_path / "film.mp4").is_file()


def test_a_single_name_is_a_row_of_one(chain: list[Path]) -> None:
    assert len(stitcher.assemble(str(chain[0])).shots) == 1


def test_every_step_can_be_taken_alone(chain: list[Path], tmp_path: Path) -> None:
    board = stitcher.assemble(chain, transition="dissolve", duration="6f")
    timeline = stitcher.lay_out(board)
    planned = stitcher.plan(timeline, preset="draft")
    film = stitcher.render(planned, tmp_path / "film.mp4")
    assert timeline.frames == 75 - 12 == planned.frames == film.copied_frames + film.encoded_frames


def test_a_plan_has_its_preset_already(chain: list[Path], tmp_path: Path) -> None:
    planned = stitcher.plan(stitcher.assemble(chain))
    with pytest.raises(errors.InputError, match="preset"):
        stitcher.render(planned, tmp_path / "film.mp4", preset="draft")


def test_a_render_tells_how_far_it_is(chain: list[Path], tmp_path: Path) -> None:
    steps: list[Step] = []
    stitcher.render(
        stitcher.assemble(chain),
        tmp_path / "film.mp4",
        preset="draft",
        options=stitcher.RenderOptions(progress=steps.append),
    )
    assert [step.share for step in steps] == sorted(step.share for step in steps)
    assert steps[-1].share == pytest.approx(1)
    encoded = [step.done for step in steps if step.stage == "encode"]
    assert encoded == sorted(encoded)
    assert encoded[-1] == 73
    assert {"mux", "check"} <= {step.stage for step in steps}


def test_a_render_can_be_cancelled(chain: list[Path], tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(errors.Interrupted):
        stitcher.render(
            stitcher.assemble(chain),
            tmp_path / "film.mp4",
            preset="draft",
            options=stitcher.RenderOptions(cancel=cancel, cache=tmp_path / "c"),
        )
    assert not (tmp_path / "film.mp4").exists()


def test_an_old_film_is_kept_where_overwriting_is_not_allowed(chain: list[Path], tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"old")
    with pytest.raises(errors.OutputError):
        stitcher.render(
            stitcher.assemble(chain), tmp_path / "film.mp4", options=stitcher.RenderOptions(overwrite=False)
        )
    assert (tmp_path / "film.mp4").read_bytes() == b"old"


def test_a_moviepy_clip_can_be_a_shot(chain: list[Path], tmp_path: Path) -> None:
    from moviepy import VideoClip

    def grey(seconds: float) -> np.ndarray:
        return np.full((96, 160, 3), 40 + round(seconds * 24) * 8, np.uint8)

    clip = VideoClip(grey, duration=0.5).with_fps(24)
    stitcher.render(stitcher.assemble([clip, chain[0]], transition="cut"), tmp_path / "film.mp4")
    made = stitcher.probe(tmp_path / "film.mp4")
    assert made.video.frames == 12 + 25
    levels = [float(rgb.mean()) for rgb in frames.frames(made, FrameRange(0, 12))]
    assert levels == pytest.approx([40 + n * 8 for n in range(12)], abs=2)


def test_a_moviepy_clip_brings_its_sound(tmp_path: Path) -> None:
    from moviepy import AudioArrayClip, ColorClip

    heard = tone(1.0) * [1.0, 0.5]
    clip = ColorClip((64, 36), color=(9, 9, 9), duration=2).with_fps(24)
    clip = clip.with_audio(AudioArrayClip(heard, fps=48_000))
    film = stitcher.lay_out(stitcher.assemble([clip]))
    back = stitcher.to_moviepy(film)
    assert back.audio is not None
    assert back.audio.duration == pytest.approx(2.0)
    found = back.audio.get_frame(np.arange(96_000) / 48_000)
    assert np.allclose(found[240:47_760], heard[240:47_760], atol=1e-6)
    assert not found[48_000:].any()
    stitcher.render(film, tmp_path / "film.mp4")
    assert stitcher.probe_sound(tmp_path / "film.mp4").stream.channels == 2


def test_the_same_moviepy_clip_is_the_same_file(tmp_path: Path) -> None:
    from moviepy import ColorClip

    clip = ColorClip((64, 64), color=(200, 10, 10), duration=0.25).with_fps(24)
    first, again = stitcher.assemble([clip]), stitcher.assemble([clip])
    assert first.shots[0].clip == again.shots[0].clip


def test_a_moviepy_clip_without_a_rate_is_refused() -> None:
    from moviepy import ColorClip

    with pytest.raises(errors.InputError, match="with_fps"):
        stitcher.assemble([ColorClip((64, 64), color=(0, 0, 0), duration=1)])


def test_music_may_be_a_pydub_segment(chain: list[Path], tmp_path: Path) -> None:
    from pydub import AudioSegment

    samples = (tone(0.5) * 8000).astype("<i2")
    segment = AudioSegment(samples.tobytes(), frame_rate=48_000, sample_width=2, channels=2)
    film = stitcher.render(stitcher.assemble(chain, music=segment), tmp_path / "film.mp4")
    assert film.sound is not None
    assert film.sound.samples == 73 * 2000


def test_a_timeline_goes_on_in_moviepy(chain: list[Path]) -> None:
    clip = stitcher.to_moviepy(stitcher.assemble(chain))
    assert clip.duration == pytest.approx(73 / 24)
    assert read_code(clip.get_frame(30.5 / 24).mean(axis=2).astype(np.uint8)) == (71, 6)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("film.mp4", lambda board, out: stitcher.render(board, out)),
        ("frame.png", lambda board, out: stitcher.frame_at(board, "2f", out)),
        ("sheet.png", lambda board, out: stitcher.contact_sheet(board, out)),
        ("last.png", lambda board, out: stitcher.last_frame(board.shots[0].clip, out)),
        ("schema.json", lambda board, out: stitcher.schema(out)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_folders_of_what_is_written_are_made(
    chain: list[Path], tmp_path: Path, name: str, write: Callable[[stitcher.Storyboard, Path], object]
) -> None:
    out = tmp_path / "not" / "there" / name
    write(stitcher.assemble(chain), out)
    assert out.is_file()


def test_a_seam_is_shown_with_the_frame_that_is_doubled(chain: list[Path], tmp_path: Path) -> None:
    out = stitcher.seam_picture(stitcher.assemble(chain), chain[1].stem, tmp_path / "seam.png")
    with Image.open(out) as picture:
        amber = (np.asarray(picture) == (240, 184, 92)).all(axis=2)
    rows, columns = amber.any(axis=1).nonzero()[0], amber.any(axis=0).nonzero()[0]
    assert rows.max() < picture.height / 2
    assert picture.width / 4 < columns.min()
    assert columns.max() < picture.width / 2 + 10


@pytest.mark.parametrize("shot", ["nowhere", "first"])
def test_a_seam_takes_two_clips(chain: list[Path], tmp_path: Path, shot: str) -> None:
    with pytest.raises(errors.InputError, match="takes two clips"):
        stitcher.seam_picture(
            stitcher.assemble(chain), chain[0].stem if shot == "first" else shot, tmp_path / "s.png"
        )


def test_a_seam_that_is_a_blend_is_none(chain: list[Path], tmp_path: Path) -> None:
    board = stitcher.assemble(chain, transition="dissolve", duration="6f")
    with pytest.raises(errors.InputError, match="comes in with a dissolve"):
        stitcher.seam_picture(board, chain[1].stem, tmp_path / "seam.png")


def test_the_folders_of_a_mix_are_made(tmp_path: Path, footage: Footage) -> None:
    board = stitcher.assemble([footage.clip(73, frames=12)], music=np.full(24_000, 0.1, np.float32))
    stitcher.mix(board, tmp_path / "a" / "mix.wav", plot=tmp_path / "b" / "c" / "mix.png")
    assert (tmp_path / "a" / "mix.wav").is_file()
    assert (tmp_path / "b" / "c" / "mix.png").is_file()


def test_a_folder_into_which_nothing_came_is_taken_away_again(chain: list[Path], tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(errors.OutputError, match="written as PNG"):
        stitcher.last_frame(chain[0], tmp_path / "kept" / "not" / "there" / "last.jpg")
    assert list(tmp_path.rglob("*")) == [tmp_path / "kept"]


def test_a_contact_sheet_never_replaces_a_source(tmp_path: Path, chain: list[Path]) -> None:
    odd = tmp_path / "clip.png"
    odd.write_bytes(chain[0].read_bytes())
    with pytest.raises(errors.OutputError, match="sources"):
        stitcher.contact_sheet(stitcher.assemble([odd]), odd)
    assert odd.read_bytes() == chain[0].read_bytes()


def test_loading_asks_neither_ffmpeg_nor_moviepy_where_nothing_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STITCHER_FFMPEG", "/no/such/program")
    (tmp_path / "b.yaml").write_text("stitcher: 1\nshots: [{id: a, clip: a.mp4}]\n")
    assert stitcher.load(tmp_path / "b.yaml").shots[0].clip == tmp_path / "a.mp4"


def test_the_environment_is_only_what_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHO", "the process")
    (tmp_path / "b.yaml").write_text("stitcher: 1\ntitle: ${env.WHO}\nshots: [{id: a, clip: a.mp4}]\n")
    with pytest.raises(errors.StoryboardError):
        stitcher.load(tmp_path / "b.yaml")
    assert stitcher.load(tmp_path / "b.yaml", environment={"WHO": "me"}).title == "me"


def test_an_encoder_that_does_not_work_here_is_said_and_replaced(
    chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "encoder_works", lambda *_, **__: False)
    planned = stitcher.plan(stitcher.assemble(chain), preset="youtube-1080p", encoder="videotoolbox")
    assert planned.delivery.picture.encoder == "libx264"
    assert any("videotoolbox" in note for note in planned.delivery.notes)


def test_errors_name_every_file_of_a_storyboard_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\n  - {id: b, clip: b.mp4}\n"
        "sound: [{role: music, file: c.wav}]\n"
    )
    with pytest.raises(errors.MediaMissing) as caught:
        stitcher.lay_out(stitcher.load(tmp_path / "b.yaml"))
    said = "\n".join((str(caught.value), *caught.value.__notes__))
    assert all(name in said for name in ("a.mp4", "b.mp4", "c.wav"))
    assert f"{tmp_path / 'b.yaml'}:4:19" in said


def test_a_timeline_finds_the_presets_beside_its_storyboard(chain: list[Path], tmp_path: Path) -> None:
    own = tmp_path / "presets" / "delivery" / "mine.toml"
    own.parent.mkdir(parents=True)
    shipped = stitcher.find_preset("draft").file.path.read_text()
    own.write_text(shipped.replace('name = "draft"', 'name = "mine"'))
    board = tmp_path / "board.yaml"
    board.write_text(f"stitcher: 1\nshots:\n  - {{id: a, clip: {json.dumps(str(chain[0]))}}}\n")
    timeline = stitcher.lay_out(stitcher.load(board))
    assert stitcher.plan(timeline, preset="mine").delivery.preset == "mine"
    film = stitcher.render(timeline, tmp_path / "film.mp4", preset="mine")
    assert film.plan.delivery.preset == "mine"


def test_deliveries_are_made_in_turn_and_one_that_fails_stops_none(chain: list[Path], tmp_path: Path) -> None:
    board = tmp_path / "board.yaml"
    board.write_text(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: {json.dumps(str(chain[0]))}}}\n"
        "deliver:\n  - {preset: nothing-like-it, file: out/a.mp4}\n  - {preset: master-copy, file: out/b.mp4}\n"
    )
    failed, made = stitcher.deliver(stitcher.load(board))
    assert isinstance(failed.error, errors.PresetError)
    assert f"{board}:5:" in str(failed.error)
    assert made.film is not None
    assert made.film.paths == (tmp_path / "out" / "b.mp4",)


def test_what_the_presets_are_is_told_with_their_files() -> None:
    listed = stitcher.presets()
    assert "master-copy" in [entry.preset.name for entry in listed.delivery]
    files = [entry.file for entry in listed.delivery] + [entry.file for entry in listed.loudness]
    assert all(file.path.is_file() for file in files)
    with pytest.raises(errors.PresetError, match="youtube-1080p"):
        stitcher.find_preset("yuotube-1080p")


def test_stopping_is_heard_while_clips_are_probed(chain: list[Path], tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(errors.Interrupted):
        stitcher.render(
            stitcher.assemble([tmp_path / "missing.mp4"]),
            tmp_path / "film.mp4",
            options=stitcher.RenderOptions(cancel=cancel),
        )


def test_values_are_told_in_a_line(chain: list[Path]) -> None:
    board = stitcher.assemble(chain)
    timeline = stitcher.lay_out(board)
    plan = stitcher.plan(timeline)
    told = [repr(one) for one in (board, stitcher.probe(chain[0]), timeline, plan, stitcher.check(board))]
    assert [one.partition(" ")[0].rstrip(":") for one in told] == [
        "<Storyboard",
        "<Clip",
        "<Timeline",
        "<Plan",
        "<Check",
    ]
    assert all("\n" not in one and len(one) < 200 for one in told)


@pytest.mark.slow
def test_steps_of_deliveries_say_which_film_they_are_of(chain: list[Path], tmp_path: Path) -> None:
    board = tmp_path / "board.yaml"
    board.write_text(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: {json.dumps(str(chain[0]))}}}\n"
        "deliver:\n  - {preset: draft, file: a.mp4}\n  - {preset: master-copy, file: b.mp4}\n"
    )
    steps: list[stitcher.Step] = []
    told: list[Path] = []
    made = stitcher.deliver(
        stitcher.load(board),
        each=lambda one: told.append(one.file),
        options=stitcher.RenderOptions(progress=steps.append),
    )
    assert told == [one.file for one in made]
    assert [(step.film, step.films) for step in steps] == sorted((step.film, 2) for step in steps)
    assert {step.film for step in steps} == {1, 2}
