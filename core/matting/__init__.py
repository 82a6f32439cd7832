"""Cut-outs: engines, edge work and colour decontamination."""
