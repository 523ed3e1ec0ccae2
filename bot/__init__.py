"""The thinking part: text and facts in, actions out; no network, database or clock."""
