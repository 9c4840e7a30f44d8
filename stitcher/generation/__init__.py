"""Generation of takes: what a shot asks for, what it costs, who makes it, and the durable record of it.

    models            what each model takes and costs, read from dated files; `tiers` what an account may do
    prices            credits for a request, exactly
    start_crop        the picture a take starts from, and how it is cut; `start_images` measures and cuts it
    request           a shot and its start frame become one exact request; `edit_and_upscale_requests` for videos
    preflight         everything that can be refused before a credit is spent; `budget` whether it can be paid
    estimate          what is still missing, and its price
    stale             which takes no longer match their storyboard
    provider          the Protocol of those who make takes; `registry` finds them by name, also by entry point
    states            the table of legal moves of a take
    ledger            the durable record: intents, task ids, costs, files; `paths` what files of takes are called
    retry_rules       when the same may be asked for once more; `retake_scope` what a retake makes anew
    animatic          the provider that costs nothing (`offline`); `camera` reads prompts for it, `animatic_card` draws
    dependency_graph  which shot starts from which; `needs` what a run is to bring about, from the ledger
    build_request     a need becomes a request; `boundary_frames` keeps the frames that takes start from,
                      `colour_matrix` their colour
    run               one run, under its `run_policy`; `purchase` sends once, `complete` carries tasks to the disk,
                      `purchase_policy` decides what follows from an outcome, `failure_codes` what may be repeated
    generate          estimate, inspect, generate: the whole of it; `rescue` what a person decides afterwards
    selects           the takes that are in the film
    upscalers         takes made larger: the Protocol, pieces and joins; `upscale_run` does it for a film

Only this room talks to the network, and only the ledger knows SQL.
"""
