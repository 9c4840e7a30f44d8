"""Takes: what a shot asks for, what it costs, who makes it, and the durable record of it.

    models      what each model takes and costs, read from dated files; `tiers` what an account may do
    prices      credits for a request, exactly
    still       the picture a take starts from, and how it is cut; `start` measures and cuts it
    request     a shot and its start frame become one exact request; `rework` the same for edits and upscales
    preflight   everything that can be refused before a credit is spent; `afford` whether it can be paid
    estimate    what is still missing, and its price
    drift       which takes no longer match their storyboard
    provider    the Protocol of those who make takes
    states      the table of legal moves of a take
    ledger      the durable record: intents, task ids, costs, files
    attempts    when the same may be asked for once more; `renewal` what a retake makes anew
    names       what the files of takes are called
    redact      text without its secrets
    animatic    the provider that costs nothing; `camera` reads prompts for it, `card` draws
    makers      providers by name, those of other packages too
    graph       which shot starts from which; `goals` what a run is to bring about, from the ledger
    asking      a goal becomes a request; `framing` keeps the frames that takes start from, `matrix` their colour
    run         one run, on its `terms`; `purchase` sends once, `settle` carries tasks to the disk, `failures` says
                what may be repeated
    chain       estimate, inspect, generate: the whole of it; `rescue` what a person decides afterwards
    circled     the takes that are in the film
    upscale     takes made larger: the Protocol, pieces and joins; `enlarge` does it for a film

Only this room talks to the network, and only the ledger knows SQL. Calling the package is `workflow.generate`.
"""

from stitcher.verbs import also_a_verb

also_a_verb(__name__)
