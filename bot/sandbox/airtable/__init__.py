"""A local Airtable: strict, in memory, for trying the product and for its tests."""
