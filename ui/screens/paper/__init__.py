"""Parts of the paper screen: pages in sight, pages on paper."""
