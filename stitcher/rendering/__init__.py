"""From a timeline to a film: plan, encode, copy, mix, join, prove."""
