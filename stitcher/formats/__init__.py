"""Facts about media formats, one table each: containers and demuxers, codecs, colour code points. Pure data."""
