"""Proof that Byline does what it promises. The tree mirrors the house; contracts and journeys stand beside it."""
