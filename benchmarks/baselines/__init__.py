"""What brickwall is measured against: a bare hello, and what a tutorial would lead to."""
