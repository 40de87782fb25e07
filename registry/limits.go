package registry

import "time"

// A source is untrusted: each bound keeps a hostile or mistaken one from
// filling the memory, the disk or the afternoon. All are far above what a
// skills repository needs; Fullstory's holds three skills in 30 kB.
const (
	// maxSkills is the number of folders a client is advised to scan at most
	// (https://agentskills.io/client-implementation/adding-skills-support). The
	// folder with the agents may have as many entries.
	maxSkills = 2000
	// maxFiles bounds one skill. Every file is written once for each client, so
	// a thousand become fifty thousand on a machine with fifty clients.
	maxFiles = 1000
	// maxFileBytes bounds one file of a skill. Assistants read these files:
	// what does not fit into a model's context many times over is no skill.
	maxFileBytes = 4 << 20
	// maxAgentBytes bounds the file of an agent. All of it is in the model's
	// context from the first word on, where this takes some 60,000 tokens.
	maxAgentBytes = 256 << 10
	// maxTotalBytes bounds all skills and agents together, which are held in memory.
	maxTotalBytes = 64 << 20
	// maxPathBytes bounds a skill's name and a file's path below it. Windows
	// ends paths at 260; 80 of them are left for the way to the skills folder.
	maxPathBytes = 180
	// maxDepth bounds the folders inside a skill. The Agent Skills
	// specification advises one level.
	maxDepth = 8
	// maxManifestBytes bounds .claude-plugin/marketplace.json, which is a list
	// of plugins; the largest public ones have some hundred kB.
	maxManifestBytes = 1 << 20
	// maxPlaceBytes bounds where in the source such a list says that skills are.
	// A path on Windows is not longer; each of its steps is a folder to be read.
	maxPlaceBytes = 260
	// maxFrontMatterBytes bounds what is given to the YAML parser. A
	// description has at most 1024 characters; this leaves room for metadata
	// and keeps the worst nesting harmless.
	maxFrontMatterBytes = 16 << 10
	// maxDescription is the longest description of the Agent Skills
	// specification (https://agentskills.io/specification).
	maxDescription = 1024

	// maxRefsBytes bounds the list of refs. A ref takes about 70 bytes, so this
	// is for some 200,000 of them: large hosts list every pull request.
	maxRefsBytes = 16 << 20
	// enoughRefsBytes is how much of a list of refs is read where only HEAD is of
	// interest, which comes first: about as much as is on its way anyway when we
	// look at it. Eight hundred refs fit into it.
	enoughRefsBytes = 64 << 10
	// maxErrorBytes bounds the body of an HTTP error, which nobody reads.
	maxErrorBytes = 64 << 10
	// maxPackBytes bounds what is downloaded: one commit without history, or
	// what of the history a question needs.
	maxPackBytes = 64 << 20
	// maxObjects bounds the objects of a pack: they take memory even if empty.
	maxObjects = 200_000
	// maxUnpackedBytes bounds what a pack or an archive unpacks to, including
	// what is skipped; 64 MiB of zeros would otherwise become 64 GiB.
	maxUnpackedBytes = 256 << 20
	// maxHeldBytes bounds what of an archive is held in memory until it is known
	// where the skills are: other folders may be called skills too.
	maxHeldBytes = 2 * maxTotalBytes
	// maxArchiveBytes bounds a .zip or .tar.gz.
	maxArchiveBytes = 64 << 20
	// maxArchiveEntries bounds the entries of an archive.
	maxArchiveEntries = 100_000
	// maxEntryBytes bounds the name of one of them. Linux opens no longer path.
	maxEntryBytes = 4096
	// maxNamesBytes bounds all of their names together, and the directory of a
	// .zip, which has them: 160 bytes for each of so many.
	maxNamesBytes = 16 << 20
	// maxRatio is the compression beyond which an archive is a bomb: text
	// reaches 20, a bomb 1000. Files below minRatioBytes are not judged.
	maxRatio      = 200
	minRatioBytes = 64 << 10

	// maxCached is how many snapshots a cache keeps: one for each source and
	// ref, which is the user's own, and some of projects and of pinned commits.
	maxCached = 16
	// maxCacheBytes bounds what they take together on the disk. Sixteen of
	// Fullstory's take half a megabyte.
	maxCacheBytes = 256 << 20
	// maxCachedBytes bounds one of them: all skills that there may be, as they
	// are, with what tar adds.
	maxCachedBytes = 2 * maxTotalBytes
	// maxHeadBytes bounds what such a file says of itself: it names what was
	// left out, which can be every skill.
	maxHeadBytes = 1 << 20

	// searchDepth is how many commits of each branch are fetched to look for a
	// commit that the server does not hand out by its id. Deep enough for years
	// of a skills repository, and shallow enough for its bytes.
	searchDepth = 256
	// maxSearchTips bounds the branches and tags of that search.
	maxSearchTips = 64

	// DefaultIdle is the longest wait for the next byte from the network: a slow
	// line that still delivers gets there, a dead one is noticed.
	DefaultIdle = 30 * time.Second
	// answerIdles is how many times as long one whole answer may take. A server
	// that drips would otherwise hold a machine of CI until somebody looks.
	answerIdles = 10

	// maxRedirects is how often a server may send us on. go-git stops behind as many.
	maxRedirects = 10
	// maxTries is how often a request is made whose failure is likely to pass.
	maxTries = 3
	// maxRetryAfter is the longest pause that a server may ask for. Who waits
	// longer does so knowingly.
	maxRetryAfter = 30 * time.Second
)
