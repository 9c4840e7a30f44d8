"""Takes: what a shot asks for, what it costs, who makes it, and the durable record of it.

    models      what each model takes and costs, read from dated files
    prices      credits for a request, exactly
    request     a shot and its start frame become one exact request
    preflight   everything that can be refused before a credit is spent
    estimate    what is still missing, and its price
    rework      edits and upscales: requests that start from a video
    states      the table of legal moves of a take
    ledger      the durable record: intents, task ids, costs, files

Only this room talks to the network, and only `ledger` knows SQL.
"""
