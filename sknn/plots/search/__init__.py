"""Pictures of a search for parameters: any that leaves a ``cv_results_`` behind."""
