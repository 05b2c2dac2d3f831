module deflate-writer

go 1.21

require (
	github.com/klauspost/compress v1.17.11
	github.com/klauspost/pgzip v1.2.6
)
