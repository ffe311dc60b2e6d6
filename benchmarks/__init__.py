"""How fast the product answers, starts and finds: `make bench`."""
