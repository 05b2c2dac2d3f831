module deflate-writer

go 1.25

require (
	github.com/klauspost/compress v1.20.4
	github.com/klauspost/pgzip v1.3.0
)
