"""What a vision model says of a layout: asking it, reading its answer, and checking that against the pixels.

Imported where they are used: ``prompt`` (the question and the picture for it), ``answers`` (text to plain data),
``proposals`` (plain data to boxes), ``checking`` (boxes to a layout that holds), ``qwen`` (a model from a folder).
"""
