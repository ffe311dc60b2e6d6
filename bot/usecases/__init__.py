"""What people and clocks can do: one verb a function."""
