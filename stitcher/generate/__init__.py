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
    names       what the files of takes are called
    redact      text without its secrets

Only this room talks to the network, and only the ledger knows SQL.
"""
