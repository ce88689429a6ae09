module github.com/guise-go/guise

go 1.26
