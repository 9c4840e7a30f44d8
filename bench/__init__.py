"""Side-by-side measurements against the tools people use otherwise. Prints ratios; asserts nothing on a clock."""
