// Package guard tests sqlguard on real databases.
package guard
