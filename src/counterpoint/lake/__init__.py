"""Activity as Parquet, and the engines that run measures over it."""
