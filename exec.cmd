@rem Windows has no exec: the start script, which on other systems takes the shell's place, runs here as it is.
@%*
