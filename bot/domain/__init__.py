"""What a plan is and the rules it obeys: values and pure functions."""
