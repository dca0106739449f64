"""What a reviewer sees and does: the queue, evidence in its context, and every verb."""
