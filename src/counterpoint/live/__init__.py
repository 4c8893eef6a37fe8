"""What goes on while a process is up. Nothing depends on it: whoever comes next does what is due."""
