"""A surrogate tree as a picture has its conditions, leaves and fidelity."""

from sknn.interpret import SurrogateTreeDisplay, surrogate_tree


def test_every_leaf_and_condition_is_there(pipeline, frame):
    result = surrogate_tree(pipeline, frame, max_depth=2, random_state=0)
    display = result.plot()
    assert isinstance(display, SurrogateTreeDisplay)
    leaves = list(result.reader.leaves())
    assert len(display.leaves_) == len(leaves)
    for text, (_, told, share) in zip(display.leaves_, leaves, strict=True):
        assert str(told) in text.get_text()
        assert f"{100 * share:.0f} % of rows" in text.get_text()
    nodes = result.tree.tree_.node_count
    assert len(display.lines_) == nodes - 1
    assert f"agreement {result.fidelity:.3g}" in display.ax_.get_title()
    display.figure_.canvas.draw()


def test_a_tree_of_one_leaf(frame):
    result = surrogate_tree(lambda rows: rows["income"].notna() * 0.0, frame, random_state=0)
    assert len(result.plot().leaves_) == 1
