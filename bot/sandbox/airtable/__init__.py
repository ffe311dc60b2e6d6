"""
A local Airtable: strict, in memory, for trying the product and for its tests.

It speaks Airtable's Web API (/v0) as the contract has it. What only a live base can tell is
decided here in the way that forgives a client least, and is no evidence:

- two equal keys in one upsert are one record; a record that lacks a key field is refused;
- a record that cannot be read is a 403, one that cannot be written a 404;
- webhook calls count for the month's cap, /v0/meta does not;
- a write that changes nothing makes no webhook payload, nor does another select option alone;
- an expired webhook cannot be refreshed; a link within one table has no other side;
- pings go to this machine only;
- formulas take field names and ids; formula and rollup fields show what the base's file holds.

Under /local it has a control API of its own, which people and tests act through.
"""
