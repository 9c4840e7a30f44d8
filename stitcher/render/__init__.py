"""From a timeline to a film: plan, encode, copy, mix, join, prove. Calling the package is `workflow.render`."""

from stitcher.verbs import also_a_verb

also_a_verb(__name__)
