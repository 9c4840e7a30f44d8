"""Runway's developer API: its official SDK over an HTTP client that never sends twice and never follows.

settings    the key, the base URL and the polling pace, from the environment
wire        answers into values, and which answers leave the outcome open. Pure
client      HTTP that never follows and never waits for ever
provider    the Provider: prepare, submit, look, fetch, cancel, account
uploads     local files into addresses the service can read
url_policy  which addresses may be asked at all
download    outputs onto disk, whole and checked
verify_download  whether what has arrived is what was asked for
poll        when to look again. Pure
"""
