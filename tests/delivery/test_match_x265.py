"""x265 options for pictures like a stream's own, as golden text; that they have its parameter sets, by encoding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stitcher.delivery.match_x265 import matching_x265_options, quick_x265_options
from tests.factories import make_clip
from tests.golden import assert_golden

MAIN10 = (
    "options: cpuid=1111039 frame-threads=1 wpp no-pmode no-pme no-psnr no-ssim log-level=0 bitdepth=10 "
    "input-csp=1 fps=24/1 input-res=160x96 interlace=0 total-frames=0 level-idc=0 high-tier=1 uhd-bd=0 "
    "ref=3 no-allow-non-conformance no-repeat-headers annexb no-aud no-eob no-eos no-hrd info hash=0 "
    "temporal-layers=0 open-gop min-keyint=24 keyint=250 gop-lookahead=0 bframes=4 b-adapt=2 b-pyramid "
    "bframe-bias=0 rc-lookahead=20 lookahead-slices=0 scenecut=40 no-hist-scenecut radl=0 no-splice no- "
    "intra-refresh ctu=64 min-cu-size=8 no-rect no-amp max-tu-size=32 tu-inter-depth=1 tu-intra-depth=1 "
    "limit-tu=0 rdoq-level=0 dynamic-rd=0.00 no-ssim-rd signhide no-tskip nr-intra=0 nr-inter=0 no- "
    "constrained-intra strong-intra-smoothing max-merge=3 limit-refs=1 no-limit-modes me=1 subme=2 "
    "merange=57 temporal-mvp no-frame-dup no-hme weightp no-weightb no-analyze-src-pics deblock=0:0 sao "
    "no-sao-non-deblock rd=3 selective-sao=4 early-skip rskip no-fast-intra no-tskip-fast no-cu-lossless "
    "b-intra no-splitrd-skip rdpenalty=0 psy-rd=2.00 psy-rdoq=0.00 no-rd-refine no-lossless cbqpoffs=0 "
    "crqpoffs=0 rc=crf crf=20.0 qcomp=0.60 qpstep=4 stats-write=0 stats-read=0 ipratio=1.40 pbratio=1.30 "
    "aq-mode=2 aq-strength=1.00 cutree zone-count=0 no-strict-cbr qg-size=32 no-rc-grain qpmax=69 qpmin=0 "
    "no-const-vbv sar=1 overscan=0 videoformat=5 range=0 colorprim=2 transfer=2 colormatrix=2 chromaloc=0 "
    "display-window=0 cll=0,0 min-luma=0 max-luma=1023 log2-max-poc-lsb=8 vui-timing-info vui-hrd-info "
    "slices=1 no-opt-qp-pps no-opt-ref-list-length-pps no-multi-pass-opt-rps scenecut-bias=0.05 no-opt- "
    "cu-delta-qp no-aq-motion no-hdr10 no-hdr10-opt no-dhdr10-opt no-idr-recovery-sei analysis-reuse- "
    "level=0 analysis-save-reuse-level=0 analysis-load-reuse-level=0 scale-factor=0 refine-intra=0 "
    "refine-inter=0 refine-mv=1 refine-ctu-distortion=0 no-limit-sao ctu-info=0 no-lowpass-dct refine- "
    "analysis-type=0 copy-pic=1 max-ausize-factor=1.0 no-dynamic-refine no-single-sei no-hevc-aq no-svt "
    "no-field qp-adaptation-range=1.00 scenecut-aware-qp=0conformance-window-offsets right=0 bottom=0 "
    "decoder-max-rate=0 no-vbv-live-multi-pass no-mcstf no-alpha no-sbrc no-frame-rc"
)


def test_options_that_match_a_source_are_as_in_the_golden_file() -> None:
    plain = replace(make_clip(codec="hevc", parameter_sets=b"").video, level=93)
    main10 = replace(plain, encoder_settings=MAIN10, pixel_format="yuv420p10le")
    assert_golden(
        Path(__file__).parent / "golden" / "match_x265.txt",
        {
            "medium at CRF 20": matching_x265_options(main10),
            "the same at another size": matching_x265_options(main10, resized=True),
            "for seams": quick_x265_options(main10),
            "an encoder that does not describe itself": matching_x265_options(plain),
            "an encoder that does not describe itself, for seams": quick_x265_options(plain),
        },
    )
