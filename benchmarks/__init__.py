"""Speed and memory, measured as a user meets them; every figure stands beside a lower bound of the same run."""
