"""The JSON fields of requests for models that stitcher has no file of, as the types of the official SDK name them.

Read in runwayml 5.24.0, `types/*_create_params.py`, on 2026-11-28. Every request has `model` as well.
"""

from __future__ import annotations

from collections.abc import Iterator

_TABLE = """
image_to_video
  klingO3_4k klingO3_pro klingO3_standard: promptImage / audio duration promptText providerSettings ratio references
  hailuo3: promptImage promptText / duration ratio referenceAudio resolution
  kling3.0_4k kling3.0_pro kling3.0_standard: promptImage / audio cfgScale duration promptText providerSettings ratio
  grok_imagine_1_5 happyhorse_1_0: promptImage / duration promptText resolution
  kling2.5_turbo_pro: promptImage promptText / cfgScale duration
  seedance2 seedance2_fast seedance2_mini: promptImage / audio duration promptText ratio referenceAudio seed
  gemini_omni_flash grok_imagine_1_5_lite: promptImage / duration promptText ratio
  wan3 wan3_prime: promptImage promptText / audio duration ratio referenceAudio referenceVideos
  gemini_omni_flash_1.1: promptImage promptText / duration ratio
  h3_max: promptImage promptText / duration promptExpansionMode resolution seed
  seedance2_5: promptImage / audio draft duration outputFormat promptText ratio referenceAudio seed
  kling_4: promptImage / duration promptText ratio referenceVideos references
text_to_video
  klingO3_4k klingO3_pro klingO3_standard: ratio / audio duration promptText providerSettings
  hailuo3: promptText / duration ratio referenceAudio referenceVideos references resolution
  kling3.0_4k kling3.0_pro kling3.0_standard: ratio / audio cfgScale duration promptText providerSettings
  gemini_omni_flash grok_imagine_1_5_lite happyhorse_1_0: promptText / duration ratio
  kling2.5_turbo_pro: promptText / cfgScale duration ratio
  seedance2 seedance2_fast seedance2_mini: promptText / audio duration ratio referenceAudio referenceVideos
    references seed
  grok_imagine_1_5: promptText / duration ratio referenceAudio references resolution
  wan3 wan3_prime: promptText / audio duration ratio referenceAudio referenceVideos references
  gemini_omni_flash_1.1 kling_4: promptText / duration ratio referenceVideos references
  h3_max: promptText / duration promptExpansionMode resolution seed
  seedance2_5: - / audio draft duration outputFormat promptText ratio referenceAudio seed draftTaskId
    referenceVideos references
text_to_image
  gpt_image_2 gpt_image_2_5_flare gpt_image_2_5_sunburst: promptText ratio / background outputCount quality
    referenceImages
  gemini_image3.1_flash gemini_image3.1_flash_lite gemini_image3_pro: promptText ratio / outputCount referenceImages
  muse_image seedream5_flash: promptText ratio / outputCount outputFormat referenceImages
  seedream5_lite seedream5_pro: promptText ratio / grounding outputCount outputFormat referenceImages
  grok_imagine_image_2: promptText ratio / edit outputCount quality referenceImages
  bria_fibo_1_5: promptText ratio / outputFormat referenceImages seed
  bria_fibo_edit_1_5: promptText / outputFormat ratio referenceImages seed
  ideogram_4_0: promptText / outputCount quality ratio referenceImages
  ideogram_4_5: promptText / maskUri outputCount preciseEdit quality ratio referenceImages
  nano_banana_2.1: promptText ratio / outputCount referenceImages thinkingLevel
  recraft_v4_1_flash: promptText ratio / backgroundColor colors outputCount outputFormat seed
  recraft_v4_1_vector: promptText / backgroundColor colors ratio
  gemini_2.5_flash: promptText ratio / referenceImages
video_to_video
  klingO3_4k klingO3_pro klingO3_standard: promptText promptVideo / providerSettings references
  hailuo3: promptText promptVideo / duration ratio referenceAudio referenceVideos references resolution
  seedance2 seedance2_fast seedance2_mini: promptVideo / audio duration promptText ratio referenceAudio
    referenceVideos references seed
  gemini_omni_flash: promptText videoUri / references
  gemini_omni_flash_1.1: promptText videoUri / duration mode ratio references
  seedance2_5: promptVideo / audio draft duration mode outputFormat promptText ratio referenceAudio
    referenceVideos references seed
  kling_4: promptText videoUri / ratio references
image_upscale
  magnific_precision_upscaler_v2: imageUri / flavor scaleFactor sharpen smartGrain ultraDetail
sound_effect
  seed_audio: promptText / loudnessRate outputFormat pitchRate referenceAudios sampleRate speechRate
  mirelo_sfx_2_0: duration promptText / format negativePrompt numVariants seed
text_to_speech
  seed_audio: promptText / loudnessRate outputFormat pitchRate sampleRate speechRate voice
  eleven_v4: promptText voice / languageCode nextText previousText seed similarityBoost speed stability style
    useSpeakerBoost
  eleven_v3: promptText voice / applyTextNormalization languageCode seed similarityBoost speed stability
    style useSpeakerBoost
speech_to_speech
  eleven_multilingual_sts_v2: media voice / removeBackgroundNoise
voice_dubbing
  eleven_voice_dubbing: audioUri targetLang / disableVoiceCloning dropBackgroundAudio numSpeakers
video_to_hdr
  ruby: videoUri / outputFormat proresProfile
"""
"""An endpoint, and below it its models: the fields a request must have / those it may have. Rows go on indented."""


def read_fields() -> Iterator[tuple[str, str, str, str]]:
    """Endpoint, model, fields a request must have, and those it may have, as words of one text."""
    endpoint = ""
    for line in _TABLE.strip().replace("\n    ", " ").splitlines():
        if not line.startswith(" "):
            endpoint = line
            continue
        models, _, fields = line.partition(":")
        required, _, optional = fields.partition("/")
        for model in models.split():
            yield endpoint, model, required.strip(" -"), optional.strip()
