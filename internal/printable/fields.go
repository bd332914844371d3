// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package printable

import "reflect"

// Fields returns a deep copy of a value in which each string is one line, as Line returns it: those of its exported fields,
// and the items and keys in them. It is for the rows of a view. Byte slices and values behind interfaces stay as they are.
func Fields[T any](v T) T {
	out := reflect.New(reflect.TypeFor[T]()).Elem()
	out.Set(reflect.ValueOf(&v).Elem())
	lines(out)
	return out.Interface().(T) //nolint:forcetypeassert // out was made with this type
}

// lines changes the strings of a value that can be set. What the value points to is copied first.
func lines(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(Line(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				lines(v.Field(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			lines(v.Index(i))
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		items := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(items, v)
		for i := range items.Len() {
			lines(items.Index(i))
		}
		v.Set(items)
	case reflect.Map:
		if v.IsNil() {
			return
		}
		entries := reflect.MakeMapWithSize(v.Type(), v.Len())
		for pairs := v.MapRange(); pairs.Next(); {
			entries.SetMapIndex(copied(pairs.Key()), copied(pairs.Value()))
		}
		v.Set(entries)
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		v.Set(copied(v.Elem()).Addr())
	default:
	}
}

// copied returns a copy of a value with its strings changed.
func copied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	lines(out)
	return out
}
