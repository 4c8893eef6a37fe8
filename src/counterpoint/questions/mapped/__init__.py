"""The parts of a map (:mod:`counterpoint.questions.map`): one module for each picture, and what they stand on."""
