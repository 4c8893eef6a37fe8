"""Mail as activity: archives found and taken apart, headers read, threads put together."""
