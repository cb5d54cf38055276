"""Mirrors console/ and screens/; contract, access, policy, faults and terminal stand beside them."""
