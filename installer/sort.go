package installer

import "sort"

// sortFunc sorts a list, in no order where compare says 0. [slices.SortFunc] is
// compiled anew for each kind of element, 20 KB a time where that is a large
// struct, and copies both of them for each comparison.
func sortFunc[T any](list []T, compare func(a, b *T) int) {
	sort.Slice(list, func(i, j int) bool { return compare(&list[i], &list[j]) < 0 })
}

// sortStableFunc sorts a list, and leaves equal elements in their order.
func sortStableFunc[T any](list []T, compare func(a, b *T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(&list[i], &list[j]) < 0 })
}

// sortedFunc reports whether a list is sorted.
func sortedFunc[T any](list []T, compare func(a, b *T) int) bool {
	return sort.SliceIsSorted(list, func(i, j int) bool { return compare(&list[i], &list[j]) < 0 })
}
